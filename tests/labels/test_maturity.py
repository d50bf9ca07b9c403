"""How far labels go: recording delays, lists of exits that end early, and agents who vanish."""

from datetime import date

import pandas as pd
import pytest

from attrition.data.consistency.extent import Extent
from attrition.labels.maturity import with_observation
from attrition.labels.outcomes import exit_within
from attrition.labels.spells import spells_known_at

NOBODY = pd.DataFrame(columns=["agent_id", "last_seen", "known_on", "next_hire"]).astype(
    {"agent_id": "str"} | dict.fromkeys(["last_seen", "known_on", "next_hire"], "datetime64[s]")
)


def extent(**known: object) -> Extent:
    dates = {"begins": date(2025, 1, 1), "ends": date(2026, 6, 30), "exits_complete_to": date(2026, 6, 30)}
    return Extent(**dates | known)  # type: ignore[arg-type]


def outcomes(*months: str, site: str = "North") -> pd.DataFrame:
    days = pd.to_datetime(list(months))
    nothing = pd.to_datetime([None] * len(months))
    rows = {"agent_id": "a", "as_of": days, "site": site, "exit_kind": None, "left_on": nothing, "known_on": nothing}
    return pd.DataFrame(rows)


@pytest.mark.parametrize(("delay_days", "is_label"), [(5, True), (6, False), (30, False)])
def test_the_newest_month_waits_for_exits_that_are_recorded_late(delay_days: int, is_label: bool) -> None:
    rows = with_observation(outcomes("2026-05-31"), extent(delay_days=delay_days), NOBODY)
    label = exit_within(rows, 1, known_at=pd.Timestamp("2026-06-30"))
    assert label.notna().tolist() == [is_label]


def test_labels_at_a_past_month_end_wait_as_long() -> None:
    rows = with_observation(outcomes("2026-01-31", "2026-02-28"), extent(delay_days=30), NOBODY)
    assert exit_within(rows, 1, known_at=pd.Timestamp("2026-03-31")).notna().tolist() == [True, False]


def test_no_label_reaches_beyond_the_month_to_which_exits_are_complete() -> None:
    rows = with_observation(outcomes("2026-02-28", "2026-03-31"), extent(exits_complete_to=date(2026, 3, 31)), NOBODY)
    assert exit_within(rows, 1, known_at=pd.Timestamp("2026-06-30")).notna().tolist() == [True, False]


def test_a_site_whose_list_ends_earlier_does_not_hold_up_the_others() -> None:
    both = pd.concat([outcomes("2026-03-31", site="North"), outcomes("2026-03-31", site="South")], ignore_index=True)
    rows = with_observation(both, extent(complete_by_site={"South": date(2026, 3, 31)}), NOBODY)
    assert exit_within(rows, 1, known_at=pd.Timestamp("2026-06-30")).notna().tolist() == [True, False]


def test_who_vanished_is_unknown_after_the_last_sign_of_life_and_never_stayed() -> None:
    gone = vanished(next_hire=None)
    rows = with_observation(outcomes("2025-12-31", "2026-01-31", "2026-02-28"), extent(), gone)
    labels = exit_within(rows, 1, known_at=pd.Timestamp("2026-06-30"))
    assert labels.isna().tolist() == [False, True, True]


def test_who_is_hired_again_after_vanishing_has_labels_again() -> None:
    both = outcomes("2026-01-31", "2026-04-30")
    rows = with_observation(both, extent(), vanished(next_hire=date(2026, 4, 1)))
    assert exit_within(rows, 1, known_at=pd.Timestamp("2026-06-30")).isna().tolist() == [True, False]


def vanished(*, next_hire: date | None) -> pd.DataFrame:
    days = {"last_seen": date(2026, 2, 12), "known_on": date(2026, 5, 31), "next_hire": next_hire}
    return pd.DataFrame([{"agent_id": "a"} | days])


def test_spells_end_where_the_list_of_exits_does_and_later_hires_are_left_out() -> None:
    day = pd.to_datetime
    spells = pd.DataFrame(
        {
            "agent_id": ["early", "late"],
            "hired": day(["2025-01-06", "2026-05-04"]),
            "entered": day(["2025-01-06", "2026-05-04"]),
            "known_on": day(["2025-01-06", "2026-05-04"]),
            "until": day(["2026-06-30", "2026-06-30"]),
            "exit_kind": ["voluntary", None],
            "left": day(["2026-04-15", None]),
            "left_known_on": day(["2026-04-15", None]),
            "observed_to": day(["2026-03-31", "2026-03-31"]),
        }
    )
    known = spells_known_at(spells, pd.Timestamp("2026-06-30"))
    assert known["agent_id"].tolist() == ["early"]
    assert known["until"].tolist() == [pd.Timestamp("2026-03-31")]
    assert known["left"].isna().all()
