"""Base pay in force as known at each month-end: thirty cases by hand, from raw rows to the state (rule L3)."""

from __future__ import annotations

from pathlib import Path

import ibis
import pandas as pd
import pytest

from attrition.data.centre import open_centre
from attrition.exposure.calendar import calendar
from attrition.exposure.past import Past

# One case an agent: rows of pay as "effective, amount, recorded at" (an amount of "-" withdraws the fact),
# then what was known at month-ends of 2026 (a number is a month, None is no pay on record).
CASES: dict[str, tuple[str, dict[int, float | None]]] = {
    "entered in May, effective in March": (
        "01-01 4000 01-01T09; 03-01 5000 05-10T09",
        {3: 4000, 4: 4000, 5: 5000},
    ),
    "entered at once": ("01-01 4000 01-01T09; 03-01 5000 03-01T09", {2: 4000, 3: 5000}),
    "entered ahead": ("01-01 4000 01-01T09; 04-01 5000 02-01T09", {2: 4000, 3: 4000, 4: 5000}),
    "entered on the last day": ("01-01 4000 01-01T09; 03-31 5000 03-31T23", {3: 5000}),
    "entered the day after the cut-off": ("01-01 4000 01-01T09; 03-31 5000 04-01T00", {3: 4000, 4: 5000}),
    "effective the day after the cut-off": ("01-01 4000 01-01T09; 04-01 5000 03-01T09", {3: 4000, 4: 5000}),
    "nothing known yet": ("01-01 4000 02-15T09", {1: None, 2: 4000}),
    "corrected in the same month": ("01-01 4000 01-01T09; 01-01 4100 01-20T09", {1: 4100}),
    "corrected later": ("01-01 4000 01-01T09; 01-01 4100 03-20T09", {1: 4000, 2: 4000, 3: 4100}),
    "correction of a correction": (
        "01-01 4000 01-01T09; 01-01 4100 02-20T09; 01-01 4050 04-02T09",
        {1: 4000, 2: 4100, 3: 4100, 4: 4050},
    ),
    "correction back to the first": (
        "01-01 4000 01-01T09; 01-01 4100 02-20T09; 01-01 4000 04-02T09",
        {2: 4100, 3: 4100, 4: 4000},
    ),
    "two corrections in one day": (
        "01-01 4000 01-01T09; 01-01 4100 02-20T09; 01-01 4200 02-20T10",
        {1: 4000, 2: 4200},
    ),
    "rows out of order in the file": ("01-01 4100 02-20T09; 01-01 4000 01-01T09", {1: 4000, 2: 4100}),
    "a raise corrected, the pay before it not": (
        "01-01 4000 01-01T09; 02-01 5000 02-01T09; 02-01 4500 04-01T09",
        {1: 4000, 2: 5000, 3: 5000, 4: 4500},
    ),
    "the pay before a raise corrected": (
        "01-01 4000 01-01T09; 02-01 5000 02-01T09; 01-01 3900 04-01T09",
        {1: 4000, 2: 5000, 4: 5000},
    ),
    "withdrawn": ("01-01 4000 01-01T09; 02-01 5000 02-01T09; 02-01 - 04-05T09", {2: 5000, 3: 5000, 4: 4000}),
    "withdrawn in the same month": ("01-01 4000 01-01T09; 02-01 5000 02-01T09; 02-01 - 02-05T09", {2: 4000}),
    "withdrawn and entered again": (
        "01-01 4000 01-01T09; 02-01 5000 02-01T09; 02-01 - 03-05T09; 02-01 5200 05-01T09",
        {2: 5000, 3: 4000, 4: 4000, 5: 5200},
    ),
    "the only row withdrawn": ("01-01 4000 01-01T09; 01-01 - 03-05T09", {2: 4000, 3: None}),
    "withdrawn before it was effective": ("01-01 4000 01-01T09; 05-01 5000 02-01T09; 05-01 - 03-01T09", {5: 4000}),
    "two raises entered in the same second": (
        "01-01 4000 01-01T09; 02-01 4500 04-10T09; 03-01 5000 04-10T09",
        {2: 4000, 3: 4000, 4: 5000},
    ),
    "entered in the wrong order": (
        "01-01 4000 01-01T09; 03-01 5000 03-01T09; 02-01 4500 05-01T09",
        {2: 4000, 3: 5000, 5: 5000},
    ),
    "a cut": ("01-01 4000 01-01T09; 03-01 3500 03-01T09", {2: 4000, 3: 3500}),
    "a raise of nothing": ("01-01 4000 01-01T09; 03-01 4000 03-01T09", {3: 4000}),
    "three raises": (
        "01-01 4000 01-01T09; 02-01 4100 02-01T09; 03-01 4200 03-01T09; 04-01 4300 04-01T09",
        {1: 4000, 2: 4100, 3: 4200, 4: 4300},
    ),
    "a late raise overtaken by a later one": (
        "01-01 4000 01-01T09; 02-01 4500 05-10T09; 04-01 5000 04-01T09",
        {3: 4000, 4: 5000, 5: 5000},
    ),
    "corrected a second before midnight": ("01-01 4000 01-01T09; 01-01 4100 02-28T23", {1: 4000, 2: 4100}),
    "corrected a second after midnight": ("01-01 4000 01-01T09; 01-01 4100 03-01T00", {2: 4000, 3: 4100}),
    "a correction known before another fact": (
        "01-01 4000 01-01T09; 01-01 4100 03-01T09; 02-01 5000 03-15T09",
        {1: 4000, 2: 4000, 3: 5000},
    ),
    "the same row twice": ("01-01 4000 01-01T09; 01-01 4000 01-01T09; 03-01 5000 03-01T09", {2: 4000, 3: 5000}),
}

SOURCES = """
[site]
name = "Thirty cases"
time_zone = "Asia/Shanghai"
currency = "CNY"
data_begins = "2026-01"
data_ends = "2026-06"
[tables.agents]
path = "agents.csv"
recording_delay_days = 0
[tables.assignments]
path = "assignments.csv"
recording_delay_days = 0
[tables.exits]
path = "exits.csv"
recording_delay_days = 0
[tables.pay]
path = "pay.csv"
"""


def rows_of_pay() -> list[str]:
    """Write the cases as a payroll system exports them; a withdrawal repeats the amount it withdraws."""
    lines = []
    for agent, (drawn, _) in enumerate(CASES.values()):
        for row in drawn.split("; "):
            effective, amount, recorded = row.split()
            moment = f"2026-{recorded[:5]} {recorded[6:]}:00:00"
            withdrawn = amount == "-"
            lines.append(
                f"{agent:03d},2026-{effective},{'1' if withdrawn else amount},{moment},{str(withdrawn).lower()}"
            )
    return lines


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[int, int], float]:
    folder = Path(tmp_path_factory.mktemp("cases"))
    agents = [f"{agent:03d}" for agent in range(len(CASES))]
    files = {
        "pipelines/sources.toml": SOURCES,
        "agents.csv": "\n".join(["agent_id,hire_date", *(f"{agent},2026-01-01" for agent in [*agents, "left"])]),
        "assignments.csv": "\n".join(["agent_id,effective_date,team_id", *(f"{a},2026-01-01,T" for a in agents)]),
        "exits.csv": "agent_id,exit_date,exit_type\nleft,2026-01-15,other\n",
        "pay.csv": "\n".join(["agent_id,effective_date,base_pay,recorded_at,is_retracted", *rows_of_pay()]),
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    centre = open_centre(folder)
    months = calendar(pd.Timestamp("2026-01-31"), pd.Timestamp("2026-06-30"))
    agent_months = (
        centre.tables["agents"].select("agent_id").cross_join(months).mutate(hire_date=ibis.date(2026, 1, 1)).cache()
    )
    past = Past(agent_months, months, centre.tables, {"pay": "effective_date"})
    state = past.state("pay").to_pandas()
    return {(int(row.agent_id), pd.Timestamp(row.as_of).month): row.base_pay for row in state.itertuples(index=False)}


@pytest.mark.parametrize(("number", "case"), list(enumerate(CASES)))
def test_the_pay_in_force_is_the_one_on_record_then(
    known: dict[tuple[int, int], float], number: int, case: str
) -> None:
    expected = CASES[case][1]
    assert {month: known.get((number, month)) for month in expected} == expected


def test_there_are_thirty_cases() -> None:
    assert len(CASES) == 30
