"""What help does to the measured list, on tables checkable by head."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from attrition.report.form import Form
from attrition.report.treated import treated_precision, treated_said
from attrition.report.words import words

MONTH, LATER = pd.Timestamp("2026-01-31"), date(2026, 6, 30)
EFFECTS = pd.DataFrame(
    [("buddy", 0.5, 0.25, 1.0, 0), ("talk", 0.9, 0.8, 1.0, 0)],
    columns=["intervention", "hazard_ratio", "low", "high", "months_to_effect"],
)


def centre(resigned: int, helped: int, *, kind: str = "buddy", day: str = "2026-02-01", **more: object) -> dict:
    """Draw 40 agents, 20 of them flagged at a risk of one half; the last `helped` of these are given something."""
    names = [f"{number:02d}" for number in range(40)]
    scores = pd.DataFrame({"agent_id": names, "as_of": MONTH, "horizon_months": 1, "risk": [0.5] * 20 + [0.1] * 20})
    left = [pd.Timestamp("2026-02-10")] * resigned + [pd.NaT] * (40 - resigned)
    outcomes = pd.DataFrame({"agent_id": names, "as_of": MONTH, "left_on": left, "known_on": left})
    outcomes["exit_kind"] = ["voluntary"] * resigned + [None] * (40 - resigned)
    given = pd.DataFrame({"agent_id": names[20 - helped : 20], "kind": kind, "start_date": pd.Timestamp(day)})
    told = {"known_on": given["start_date"], "pilot_id": None, "arm": pd.NA, "declined": False} | more
    given = given.assign(**told).astype({"arm": "string"})
    return {"scores": scores, "outcomes": outcomes, "given": given}


def precision(drawn: dict, *, minimum: int = 10) -> pd.DataFrame:
    table = treated_precision(
        drawn["scores"], drawn["outcomes"], drawn["given"], EFFECTS, judging=(1, 0.5, LATER), minimum=minimum
    )
    return table.set_index("part")


def test_the_flagged_are_split_by_who_was_given_something() -> None:
    found = precision(centre(resigned=5, helped=10))
    assert found["flagged"].to_dict() == {"given": 10, "others": 10, "all": 20}
    assert found["precision"].to_dict() == {"given": 0.0, "others": 0.5, "all": 0.25}


def test_without_help_more_would_be_expected_to_have_resigned() -> None:
    """A hazard halved for 27 of 28 days: of ten at one half, each 1 - 0.5 ** (27/28 x 0.5) more."""
    found = precision(centre(resigned=5, helped=10)).loc["all"]
    assert found["extra"] == pytest.approx(10 * (1 - 0.5 ** (27 / 28 * 0.5)))
    assert found["extra_low"] == 0.0, "the careful end of the evidence is no effect"
    assert found["extra_high"] == pytest.approx(10 * (1 - 0.5 ** (27 / 28 * 0.75)))
    assert found["without"] == pytest.approx((5 + found["extra"]) / 20)


def test_help_late_in_the_horizon_saves_less() -> None:
    early, late = (precision(centre(5, 10, day=day)).loc["all", "extra"] for day in ("2026-02-01", "2026-02-25"))
    assert 0 < late < early / 5


def test_of_several_things_the_one_that_does_most_counts_alone() -> None:
    one, other = centre(5, 10), centre(5, 10, kind="talk")
    both = one | {"given": pd.concat([one["given"], other["given"]], ignore_index=True)}
    assert precision(both).loc["all"].to_dict() == precision(one).loc["all"].to_dict()


def test_who_resigned_in_spite_of_help_is_not_counted_twice() -> None:
    assert precision(centre(resigned=20, helped=10)).loc["all", ["precision", "without"]].tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    "more", [{"declined": True}, {"arm": "control"}, {"day": "2026-03-02"}, {"known_on": pd.Timestamp("2026-07-01")}]
)
def test_what_was_declined_drawn_as_control_later_or_not_yet_known_is_no_help(more: dict) -> None:
    assert precision(centre(5, 10, **more), minimum=0).loc["given", "flagged"] == 0


def test_an_intervention_the_playbook_does_not_know_is_taken_to_do_nothing() -> None:
    assert precision(centre(5, 10, kind="cake")).loc["all", ["extra", "extra_high"]].tolist() == [0.0, 0.0]


def test_a_half_of_nine_agents_hides_both_halves_and_the_estimate() -> None:
    found = precision(centre(resigned=5, helped=9))
    assert found.index.tolist() == ["all"]
    assert found[["extra", "without", "without_low", "without_high"]].isna().all(axis=None)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_is_said_in_both_languages(lang: str) -> None:
    form = Form(words(lang), "CNY")
    said = treated_said(precision(centre(5, 10)).reset_index(), form, horizon=1, minimum=10)
    assert len(said) == 3
    assert "25.0%" in said[0]
    assert "2.8" in said[1]
    few = treated_said(precision(centre(5, 9)).reset_index(), form, horizon=1, minimum=10)
    assert few == [form.words("treated.few", minimum=10)]
