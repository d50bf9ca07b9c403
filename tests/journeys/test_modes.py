"""What a works council chose holds in every product: only bands, or nothing at all about a single agent."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import mlflow
import pandas as pd
import pytest
from typer.testing import CliRunner

from attrition.cli import app
from attrition.data.progress import silent
from attrition.errors import UserError
from attrition.model.panel import Panel
from attrition.predict.inputs import InvalidInput, from_frame
from attrition.runs import Runs
from attrition.steps.backtest import backtest_panel, read_backtest_job
from attrition.steps.model_in_use import load_model_in_use, read_recipe
from attrition.steps.month import scores_in_memory
from attrition.steps.replay import model_of_its_time
from attrition.steps.what_if import WhatIfRequest
from tests.centres import run
from tests.fixtures.make_workspace import KEPT
from tests.kept import copy_with_month, copy_with_panel
from tests.score_search import FACTS, columns_that_order, places_with_people, places_with_risks, tables_of

OCTOBER, JULY = date(2026, 10, 31), date(2026, 7, 31)
MONTH = ("--as-of", "2026-10")


def in_mode(factory: pytest.TempPathFactory, mode: str) -> Path:
    """Copy the kept workspace with its panel, of the mode "individual", and declare another mode."""
    workspace = copy_with_panel(factory)
    declare(workspace, mode)
    return workspace


def declare(workspace: Path, mode: str) -> None:
    people = workspace / "pipelines" / "people.toml"
    people.write_text(f'pseudonyms = false\nmode = "{mode}"\n', encoding="utf-8")


def refused(workspace: Path, *words: str) -> str:
    result = CliRunner().invoke(app, [*words, "--workspace", str(workspace)])
    assert result.exit_code == 2, result.output
    return result.output


@pytest.fixture(scope="module")
def groups(tmp_path_factory: pytest.TempPathFactory, no_pdf_in_module: None) -> Path:
    """A workspace in which every command was run that answers where nothing is known of single agents."""
    workspace = in_mode(tmp_path_factory, "group_only")
    run(workspace, "backtest")
    run(workspace, "retrain")
    run(workspace, "monthly", "--from", "2026-07", "--to", "2026-07", "--lang", "en")
    run(workspace, "monthly", *MONTH, "--lang", "both")
    run(workspace, "plan", "--budget", "3000", *MONTH)
    run(workspace, "pilot", "read", "coaching")
    return workspace


@pytest.fixture(scope="module")
def bands(tmp_path_factory: pytest.TempPathFactory, no_pdf_in_module: None) -> Path:
    """A workspace in which every command was run that answers where only bands are known of single agents."""
    workspace = in_mode(tmp_path_factory, "banded")
    run(workspace, "backtest")
    run(workspace, "monthly", *MONTH, "--lang", "en")
    run(workspace, "plan", "--budget", "3000", *MONTH)
    run(workspace, "pilot", "design", "leader_coaching", *MONTH, "--name", "another")
    return workspace


def panel_of(workspace: Path) -> Panel:
    return Runs(workspace).read_panel()


def october_scores(workspace: Path) -> pd.DataFrame:
    """Compute the scores of October that were not stored, by the model in use."""
    return scores_in_memory(load_model_in_use(workspace), panel_of(workspace), OCTOBER)


def test_the_search_finds_the_risks_of_a_workspace_that_stores_them() -> None:
    stored = Runs(KEPT).read_month_table(OCTOBER, "scores")
    assert f"runs/{OCTOBER}/scores.parquet" in places_with_risks(KEPT, stored["risk"])
    headline = stored[stored["horizon_months"] == 3]
    assert {"risk", "rank"} <= set(columns_that_order(headline, headline[["agent_id", "band", "risk"]]))


def test_no_risk_of_a_person_is_in_any_product_where_only_groups_are_known(groups: Path) -> None:
    panel = panel_of(groups)
    replayed = scores_in_memory(model_of_its_time(groups, panel, JULY), panel, JULY)
    tables = backtest_panel(panel, panel, read_backtest_job(groups), read_recipe(groups), progress=silent)
    risks = pd.concat([october_scores(groups)["risk"], replayed["risk"], tables["scores"]["risk"]])
    assert places_with_risks(groups, risks.drop_duplicates()) == []


def test_no_product_names_anybody_where_only_groups_are_known(groups: Path) -> None:
    agents = set(panel_of(groups).rows["agent_id"])
    assert places_with_people(groups, agents) == ["pilots/coaching/assignment.csv", "pilots/coaching/assignment.csv"]


def test_no_table_has_a_row_for_each_agent_where_only_groups_are_known(groups: Path) -> None:
    facts = {f"runs/{name}.parquet" for name in FACTS}
    people = len(panel_of(groups).month(OCTOBER).rows)
    tables = {place: len(table) for place, table in tables_of(groups) if place.startswith("runs/")}
    assert [place for place, rows in tables.items() if rows == people and place not in facts] == []


def test_the_editions_of_groups_are_whole_and_there_is_none_of_people(groups: Path) -> None:
    report = groups / "reports" / "2026-10"
    pages = {path.name for path in report.glob("*.html")}
    editions = ("centre", "team", "operations", "quality")
    assert pages == {f"{edition}.{lang}.html" for edition in editions for lang in ("en", "zh")}
    page = (report / "centre.en.html").read_text(encoding="utf-8")
    assert "nothing about a single agent is stored, shown or served" in page
    assert "What earlier reports said" in page or "earlier" in page
    assert "评估结果" in (report / "team.zh.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "words",
    [
        ["explain", "0010119", *MONTH],
        ["what-if", "0010119", *MONTH, "--set", "career_talks=1"],
        ["serve"],
        ["pilot", "design", "leader_coaching", *MONTH, "--name", "more"],
        ["pilot", "read", "--observed", "leader_coaching"],
    ],
)
def test_a_command_about_one_agent_is_refused_where_only_groups_are_known(groups: Path, words: list[str]) -> None:
    assert "the mode of this workspace is group_only" in refused(groups, *words)


def test_a_registered_model_answers_nothing_about_a_row_where_only_groups_are_known(groups: Path) -> None:
    from attrition.model import aliases
    from attrition.predict.predictions import predictions

    fitted = load_model_in_use(groups).fitted
    row = from_frame(pd.DataFrame([{"pay_base_amount": 5000.0}]), fitted.encoding)
    with pytest.raises(InvalidInput, match="answers nothing about single agents"):
        predictions(fitted, row, version="3")
    folder = aliases.folder_of(groups, "3")  # made in this mode: it refuses without the workspace too
    served = next(parent for parent in folder.parents if (parent / "MLmodel").is_file())
    with pytest.raises(InvalidInput, match="answers nothing about single agents"):
        mlflow.pyfunc.load_model(str(served)).predict(pd.DataFrame([{"pay_base_amount": 5000.0}]))


def test_nothing_orders_people_within_a_band_where_only_bands_are_known(bands: Path) -> None:
    scores = october_scores(bands)
    people = scores[scores["horizon_months"] == 3][["agent_id", "band", "risk"]]
    about_october = [f"runs/{OCTOBER}/", "pilots/another/"]
    tables = [
        (place, table)
        for place, table in tables_of(bands)
        if "agent_id" in table and any(place.startswith(start) for start in about_october)
    ]
    assert {place.rpartition("/")[2] for place, _ in tables} >= {
        "scores.parquet",
        "drivers.parquet",
        "baseline.parquet",
    }
    assert {place: names for place, table in tables if (names := columns_that_order(table, people))} == {}
    assert places_with_risks(bands, scores["risk"]) == []


def test_an_agent_s_page_and_the_list_show_bands_and_reasons_where_only_bands_are_known(bands: Path) -> None:
    scores = Runs(bands).read_month_table(OCTOBER, "scores")
    agent = scores.loc[scores["band"] == "very_high", "agent_id"].iloc[0]
    run(bands, "explain", agent, *MONTH, "--lang", "en")
    page = (bands / "reports" / "2026-10" / "agents" / f"{agent}.en.html").read_text(encoding="utf-8")
    listed = (bands / "reports" / "2026-10" / "partner.en.html").read_text(encoding="utf-8")
    for text in (page, listed):
        assert "Very high" in text
        assert "no figure of the model" in text
        shown = re.sub(r"(?s)<dl.*?</dl>", "", text.partition("<main>")[2].partition("Watch list")[2])
        assert "Estimate" not in shown  # but among the words that a page explains
    assert "nan" not in page.partition("<main>")[2]


def test_the_list_holds_whole_bands_where_only_bands_are_known(bands: Path) -> None:
    scores = Runs(bands).read_month_table(OCTOBER, "scores").query("horizon_months == 3")
    offers = Runs(bands).read_month_table(OCTOBER, "recommendations")
    weighed = set(offers["agent_id"])
    assert weighed == set(scores.loc[scores["band"].isin(["very_high", "high"]), "agent_id"])


def test_a_what_if_answers_with_bands_where_only_bands_are_known(bands: Path) -> None:
    from attrition import pipeline

    agent = Runs(bands).read_month_table(OCTOBER, "scores").query("band == 'high'")["agent_id"].iloc[0]
    result = pipeline.what_if(bands, WhatIfRequest(agent, OCTOBER, {"career_talks": "1"}), progress=silent)
    assert (len(result.risks), result.bands[0]) == (0, "high")
    with pytest.raises(UserError, match="shows figures of single agents"):
        pipeline.explanation(bands, OCTOBER, horizon=3, agents=(), progress=silent)


def test_a_stricter_mode_sweeps_what_the_earlier_one_left_and_says_so(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    workspace = copy_with_month(tmp_path_factory)
    month = workspace / "runs" / f"{OCTOBER}"
    declare(workspace, "banded")
    said = " ".join(run(workspace, "check").split())
    assert "removed, since it forbids them" in said
    assert "reports/2026-10/partner.en.html" in said
    assert pd.read_parquet(month / "scores.parquet")["risk"].isna().all()
    declare(workspace, "group_only")
    run(workspace, "check")
    assert not (month / "scores.parquet").exists()
    assert (month / "expected_leavers.parquet").exists()
    agents = set(pd.read_csv(workspace / "exports" / "agents.csv", dtype=str)["agent_id"])
    assert set(places_with_people(workspace, agents)) == {"pilots/coaching/assignment.csv"}
