"""The list alarms when it holds fewer of those who resign than it promised, whatever their number."""

import numpy as np
import pandas as pd

from attrition.monitor.flagged import flagged_months
from attrition.monitor.listed import list_evidence

OCTOBER = pd.Timestamp("2026-10-31")


def test_twice_as_many_resignations_are_no_change_of_a_list_that_holds_its_share() -> None:
    resigned = np.array([20.0, 20.0, 40.0, 40.0, 40.0])
    assert not list_evidence(0.3 * resigned, resigned, np.full(5, 0.3), months_between=24).is_alarm.any()


def test_a_list_no_better_than_chance_alarms() -> None:
    evidence = list_evidence(np.full(4, 4.0), np.full(4, 40.0), np.full(4, 0.3), months_between=24)
    assert evidence.is_alarm[-1]


def test_a_list_better_than_it_promised_does_not() -> None:
    assert not list_evidence(np.full(4, 30.0), np.full(4, 40.0), np.full(4, 0.3), months_between=24).is_alarm.any()


def drawn(kind: str | None = "buddy") -> pd.DataFrame:
    """Ten agents, of whom the first two are flagged and the first three resign; the first accepts an intervention."""
    agents = [f"{number}" for number in range(10)]
    scores = pd.DataFrame({"agent_id": agents, "as_of": OCTOBER, "risk": [0.4, 0.4] + [0.1] * 8})
    left = pd.Series([pd.Timestamp("2026-11-10")] * 3 + [pd.NaT] * 7)
    outcomes = scores[["agent_id", "as_of"]].assign(
        exit_kind=["voluntary"] * 3 + [None] * 7, left_on=left, known_on=left
    )
    received = pd.DataFrame({"agent_id": ["0"], "kind": kind, "start_date": pd.Timestamp("2026-11-03")})
    received = received.assign(known_on=received["start_date"], arm=pd.array([None], dtype="string"), declined=False)
    flagged, known_at = pd.Series([True] * 2 + [False] * 8), pd.Timestamp("2026-11-30")
    return flagged_months(scores, outcomes, received, flagged=flagged, known_at=known_at)


def test_an_agent_with_an_intervention_is_left_out_and_counted() -> None:
    [month] = drawn().to_dict("records")
    assert (month["flagged"], month["flagged_resigned"], month["resigned"], month["treated"]) == (1, 1.0, 2.0, 1)
    assert round(month["expected_share"], 3) == round(0.4 / 1.2, 3)


def test_a_month_whose_labels_are_not_mature_is_left_out() -> None:
    scores = pd.DataFrame({"agent_id": ["1"], "as_of": OCTOBER, "risk": [0.4]})
    outcomes = scores[["agent_id", "as_of"]].assign(exit_kind=None, left_on=pd.NaT, known_on=pd.NaT)
    nothing = pd.DataFrame(columns=["agent_id", "kind", "start_date", "known_on", "arm", "declined"])
    nothing = nothing.astype({"start_date": "datetime64[us]", "known_on": "datetime64[us]", "declined": "boolean"})
    assert flagged_months(scores, outcomes, nothing, flagged=pd.Series([True]), known_at=OCTOBER).empty
