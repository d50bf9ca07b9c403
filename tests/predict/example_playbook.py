"""A playbook small enough to work through by head."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

NO_EXCLUSIONS = pd.DataFrame(columns=["agent_id", "intervention", "en", "zh"])
"""Every intervention can be offered to every agent."""

HEAD = """
currency = "CNY"
saving_months = 12
[base_pay]
feature = "base_pay"
default = 5000
[replacement]
recruiting = 2000
training = 5000
ramp_months = 3
ramp_share_lost = 0.5
vacancy_months = 1
vacancy_share_lost = 0.1
"""

REQUIRED = """
[[interventions]]
id = "do_nothing"
en = "do nothing"
zh = "暂不干预"
lever = "none"
limits = "none"
evidence = { grade = "assumption", source = "by definition", hazard_ratio = 1.0, low = 1.0, high = 1.0 }
[[interventions]]
id = "talk_first"
en = "talk first"
zh = "先谈一谈"
lever = "team"
limits = "one talk"
cost = { one_off = 60 }
evidence = { grade = "assumption", source = "none", hazard_ratio = 0.9, low = 0.8, high = 0.98 }
"""

RAISE = """
[[interventions]]
id = "raise"
en = "raise to the market"
zh = "调薪至市场水平"
lever = "pay"
limits = "the band's maximum"
capacity_per_month = 2
cost = { base_pay_share = 0.05, months = 12 }
dose = { feature = "pay_market_ratio", size = 0.05 }
eligible = [{ feature = "pay_market_ratio", op = "<", value = 0.97, en = "pay is at the market", zh = "薪酬已达市场" }]
evidence = { grade = "quasi-experimental", source = "a paper", hazard_ratio = 0.8, low = 0.7, high = 0.9 }
changes = [{ feature = "pay_market_ratio", better = "up", to = 1.0, limit = 1.0 }]
"""


def write_playbook(folder: Path, *parts: str) -> Path:
    """Write a playbook of these interventions, by default the required ones and a raise; return its path."""
    path = folder / "playbook.toml"
    path.write_text("\n".join([HEAD, *(parts or (REQUIRED, RAISE))]), encoding="utf-8")
    return path
