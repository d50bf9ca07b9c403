"""Values, blanks and abstentions count as moved beyond a limit, chance, and what training months showed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from attrition.features.declare import Feature
from attrition.monitor.drift import WatchedMonths, index_by_month, share_by_month
from attrition.monitor.inputs import BLANKS, VALUES, DriftLimits, input_drift, moved_families
from attrition.monitor.issued import level_months
from attrition.monitor.scored import abstained_drift
from attrition.monitor.sites import shown_sites

LIMITS = DriftLimits(stability_index=0.25, blanks_rise=0.1, months_in_a_row=2, moved_share=0.05)
MONTHS = pd.date_range("2026-01-31", periods=6, freq="ME")


def panel(agents: int, *, seed: int = 1) -> tuple[pd.DataFrame, np.ndarray]:
    """Agents with normal pay over six months; the first four are training months."""
    random = np.random.default_rng(seed)
    keys = [(f"{agent}", month) for month in MONTHS for agent in range(agents)]
    rows = pd.DataFrame(keys, columns=["agent_id", "as_of"]).assign(pay=random.normal(100.0, 10.0, len(keys)))
    return rows, (rows["as_of"] <= MONTHS[3]).to_numpy()


def test_twenty_agents_of_one_population_are_no_drift_although_their_index_is_large() -> None:
    rows, is_reference = panel(20)
    drift = index_by_month(rows["pay"], WatchedMonths.of(rows, is_reference), limit=0.25)
    assert drift["amount"].max() > 0.25
    assert not drift["is_over"].any()


def test_a_raise_for_everybody_is_drift() -> None:
    rows, is_reference = panel(400)
    rows.loc[~is_reference, "pay"] += 10.0
    drift = index_by_month(rows["pay"], WatchedMonths.of(rows, is_reference), limit=0.25)
    assert drift["is_over"].tolist() == [True, True]


def test_what_training_months_showed_among_themselves_is_no_drift() -> None:
    rows, is_reference = panel(400)
    winter = rows["as_of"].isin([MONTHS[1], MONTHS[5]])
    rows.loc[winter, "pay"] += 10.0
    drift = index_by_month(rows["pay"], WatchedMonths.of(rows, is_reference), limit=0.25)
    assert not drift["is_over"].any()


def test_blanks_of_a_few_agents_are_no_drift_and_those_of_a_third_are() -> None:
    rows, is_reference = panel(30)
    blank = pd.Series(np.arange(len(rows)) % 30 < 4) & ~is_reference
    assert not share_by_month(blank, WatchedMonths.of(rows, is_reference), rise=0.1)["is_over"].any()
    blank = pd.Series(np.arange(len(rows)) % 30 < 10) & ~is_reference
    assert share_by_month(blank, WatchedMonths.of(rows, is_reference), rise=0.1)["is_over"].all()


def families(rows: pd.DataFrame, is_reference: np.ndarray, gain: dict[str, float]) -> pd.DataFrame:
    features = [Feature(name=name, family="pay", lever="pay", en=name, zh=name, unit="money") for name in gain]
    drift = input_drift(rows, is_reference, features=features, gain=pd.Series(gain), limits=LIMITS)
    return moved_families(drift, LIMITS).set_index(["family", "measure"])


def test_a_family_alarms_when_what_moved_carries_enough_of_the_model() -> None:
    rows, is_reference = panel(400)
    rows["bonus"] = rows["pay"]
    rows.loc[~is_reference, "pay"] += 20.0
    moved = families(rows, is_reference, {"pay": 0.06, "bonus": 0.9}).loc[("pay", VALUES)]
    assert (moved["is_alarm"], moved["moved"], moved["features"]) == (True, ["pay"], 2)
    assert moved["since"] == MONTHS[4]
    assert not families(rows, is_reference, {"pay": 0.04, "bonus": 0.9}).loc[("pay", VALUES), "is_alarm"]


def test_one_month_is_not_enough() -> None:
    rows, is_reference = panel(400)
    rows.loc[rows["as_of"] == MONTHS[5], "pay"] += 20.0
    assert families(rows, is_reference, {"pay": 1.0}).loc[("pay", VALUES), "moved"] == []


def test_a_source_that_stops_shows_in_the_blanks() -> None:
    rows, is_reference = panel(400)
    rows.loc[~is_reference, "pay"] = np.nan
    moved = families(rows, is_reference, {"pay": 1.0})
    assert moved.loc[("pay", BLANKS), "is_alarm"]


def test_abstentions_of_a_small_site_are_not_shown() -> None:
    rows, is_reference = panel(40)
    scores = rows[["agent_id", "as_of"]].assign(abstained=~is_reference)
    groups = scores[["agent_id", "as_of"]].assign(site=np.where(rows["agent_id"].astype(int) < 5, "small", "large"))
    trained = pd.Index(MONTHS[:4])
    drift = abstained_drift(scores, groups, trained, rise=0.1, smallest_group=10)
    assert set(drift["group"]) == {"", "large"}
    assert drift["is_over"].all()


def test_a_resignation_counts_in_one_month_only() -> None:
    months = pd.to_datetime(["2026-01-31", "2026-02-28", "2026-03-31"])
    left = pd.Timestamp("2026-03-15")
    outcomes = pd.DataFrame({"agent_id": "1", "as_of": months[:2], "site": "Wuhan", "exit_kind": "voluntary"})
    outcomes = outcomes.assign(left_on=left, known_on=left)
    expected = pd.DataFrame({"as_of": months, "level": "centre", "unit": "centre", "headcount": 1, "expected": 0.1})
    one_and_three = pd.concat([expected.assign(horizon_months=horizon) for horizon in (1, 3)])
    table = level_months(one_and_three, outcomes, known_at=pd.Timestamp("2026-06-30"))
    assert table["observed"].tolist() == [0.0, 1.0]


def test_two_small_sites_are_left_out_and_three_large_ones_stay() -> None:
    sizes = {"centre": 160, "A": 60, "B": 50, "C": 40, "D": 6, "E": 4}
    months = pd.DataFrame({"unit": sizes, "headcount": sizes.values()}, index=sizes).assign(unit=list(sizes))
    months = months.assign(level=["centre"] + ["site"] * 5, as_of=MONTHS[0])
    assert shown_sites(months, smallest_group=10)["unit"].tolist() == ["centre", "A", "B", "C"]
    alone = months[months["unit"] != "E"]
    assert shown_sites(alone, smallest_group=10)["unit"].tolist() == ["centre", "A", "B"]
