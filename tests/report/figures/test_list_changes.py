"""The list beside those before it: since when, who is new, and who left it and why."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from attrition.report.figures.list_changes import Standing, list_changes, standing
from attrition.report.inputs import ReportInputs
from tests.text_tables import frame

OCTOBER = pd.Timestamp("2026-10-31")
LISTS = """
    as_of      | agent_id | band
    2026-07-31 | often    | high
    2026-08-31 | often    | high
    2026-08-31 | back     | high
    2026-09-30 | often    | very_high
"""


@pytest.fixture
def lists() -> pd.DataFrame:
    rows = frame(LISTS)
    return rows.assign(as_of=pd.to_datetime(rows["as_of"]))


@pytest.mark.parametrize(
    ("agent", "band", "since", "change"),
    [
        ("often", "very_high", "2026-07-31", "same"),
        ("often", "high", "2026-07-31", "down"),
        ("back", "high", "2026-10-31", "new"),
    ],
)
def test_an_agent_is_on_the_list_since_the_first_of_the_lists_without_a_gap(
    lists: pd.DataFrame, agent: str, band: str, since: str, change: str
) -> None:
    assert standing(agent, band, lists, OCTOBER) == Standing(pd.Timestamp(since), change)


def test_a_first_list_has_no_change() -> None:
    assert standing("a", "high", None, OCTOBER) == Standing(OCTOBER, "")


def earlier(inputs: ReportInputs, agents: list[str]) -> pd.DataFrame:
    rows = inputs.groups.loc[inputs.groups["agent_id"].isin(agents), ["agent_id", "team_id", "site"]]
    return rows.assign(as_of=pd.Timestamp("2026-09-30"), band="high")


def reasons(inputs: ReportInputs) -> dict[str, str]:
    changes = list_changes(inputs, [])
    assert changes is not None
    return dict(zip(changes.left["agent_id"], changes.left["reason"], strict=True))


@pytest.fixture
def scored(inputs: ReportInputs) -> list[str]:
    return inputs.ranked_scores["agent_id"].tail(3).tolist()


def test_who_is_no_longer_listed_without_another_reason_has_another_estimate(
    inputs: ReportInputs, scored: list[str]
) -> None:
    alone = replace(inputs, earlier_lists=earlier(inputs, scored), recent_interventions=None)
    assert reasons(alone) == dict.fromkeys(scored, "recalculated")


def test_the_first_reason_that_holds_is_said(inputs: ReportInputs, scored: list[str]) -> None:
    gone, moved, helped = scored
    spell = {"agent_id": gone, "hired": pd.Timestamp("2025-01-01"), "exit_kind": "voluntary", "until": OCTOBER}
    spell |= dict.fromkeys(("known_on", "entered"), pd.Timestamp("2025-01-01"))
    spell |= dict.fromkeys(("left", "left_known_on"), pd.Timestamp("2026-10-10"))
    talk = {
        "agent_id": helped,
        "intervention": "career_talk",
        "start_date": pd.Timestamp("2026-10-05"),
        "declined": False,
    }
    groups = inputs.groups.assign(team_id=inputs.groups["team_id"].mask(inputs.groups["agent_id"] == moved, "T99"))
    changed = replace(
        inputs,
        earlier_lists=earlier(inputs, scored),
        spells=pd.DataFrame([spell]),
        recent_interventions=pd.DataFrame([talk]),
        groups=groups,
    )
    assert reasons(changed) == {gone: "resigned", moved: "moved", helped: "helped"}


def test_nobody_who_objected_is_named(inputs: ReportInputs, scored: list[str]) -> None:
    scores = inputs.scores.assign(
        abstain_reason=inputs.scores["abstain_reason"].mask(
            inputs.scores["agent_id"] == scored[0], "objected to being scored"
        )
    )
    changed = replace(inputs, scores=scores, earlier_lists=earlier(inputs, scored), recent_interventions=None)
    assert scored[0] not in reasons(changed)
