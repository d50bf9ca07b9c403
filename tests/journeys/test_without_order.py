"""At a centre whose model orders nobody, every command gives numbers of groups, and says why it gives no list."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from attrition.cli import app
from tests.centres import copy_with_panel, run
from tests.fixtures.make_workspace import declare
from tests.journeys.test_next_steps import set_criterion

pytestmark = pytest.mark.exhaustive

MONTH = ("--as-of", "2026-10")


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory, no_pdf_in_module: None) -> Path:
    """A centre whose specification begins at tenure and season, with a month that was reported."""
    workspace = copy_with_panel(tmp_path_factory)
    specification = workspace / "models" / "resignation.toml"
    declare(specification, "rung", '"tenure"')
    for key in ("observed_over_expected", "calibration_slope"):
        declare(specification, key, "[-100.0, 100.0]")
    set_criterion(workspace, "minimum_events", "1000")
    run(workspace, "retrain")
    run(workspace, "monthly", *MONTH)
    return workspace


@pytest.fixture(scope="module")
def scores(centre: Path) -> pd.DataFrame:
    return pd.read_parquet(centre / "runs" / "2026-10-31" / "scores.parquet")


def test_the_model_is_provisional_and_orders_nobody(centre: Path) -> None:
    verdict = json.loads((centre / "runs" / "retrain" / "version-1.json").read_text(encoding="utf-8"))
    assert (verdict["alias"], verdict["orders_people"]) == ("provisional", False)
    assert verdict["rung"] in ("tenure", "base_rate")
    assert [rung["rung"] for rung in verdict["rungs"] if rung["chosen"]] == [verdict["rung"]]


def test_the_scores_hold_risks_without_rank_and_band(scores: pd.DataFrame) -> None:
    assert scores["risk"].between(0, 1).all()
    assert scores[["rank", "band"]].isna().all(axis=None)


def test_expected_leavers_are_told_and_nobody_is_listed(centre: Path, scores: pd.DataFrame) -> None:
    partner = (centre / "reports" / "2026-10" / "partner.en.html").read_text(encoding="utf-8")
    assert "Nobody is listed: the model in use states one risk" in partner
    assert not [agent for agent in scores["agent_id"].unique() if agent in partner]
    expected = pd.read_parquet(centre / "runs" / "2026-10-31" / "expected_leavers.parquet")
    assert (expected.loc[expected["level"] == "centre", "expected"] > 0).all()
    recommendations = pd.read_parquet(centre / "runs" / "2026-10-31" / "recommendations.parquet")
    assert not recommendations["chosen"].astype(bool).any()


def test_one_agent_is_explained_and_what_if_answers_with_the_sentence(centre: Path, scores: pd.DataFrame) -> None:
    agent = str(scores.loc[~scores["abstained"], "agent_id"].iloc[0])
    run(centre, "explain", agent, *MONTH, "--lang", "zh")
    page = (centre / "reports" / "2026-10" / "agents" / f"{agent}.zh.html").read_text(encoding="utf-8")
    assert "司龄相同的人当中谁的风险更高" in page
    assert "others of the same tenure" in run(centre, "what-if", agent, *MONTH, "--set", "career_talks=1")


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (("plan", "--budget", "3000", *MONTH), "offers need an order of people, and none was shown"),
        (("pilot", "design", "leader_coaching", *MONTH), "no order of people was shown"),
    ],
)
def test_what_needs_an_order_says_that_there_is_none(centre: Path, command: tuple[str, ...], reason: str) -> None:
    refused = CliRunner().invoke(app, [*command, "--workspace", str(centre)])
    assert (refused.exit_code, reason in refused.output) == (2, True), refused.output


def test_a_past_month_is_scored_in_the_same_form(centre: Path) -> None:
    run(centre, "monthly", "--from", "2026-07", "--to", "2026-07", "--lang", "en")
    past = pd.read_parquet(centre / "runs" / "2026-07-31" / "scores.parquet")
    assert past["rank"].isna().all()
    assert "Provisional" in (centre / "reports" / "2026-07" / "team.en.html").read_text(encoding="utf-8")
