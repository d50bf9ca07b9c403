"""Every figure in a paper equals the run's tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from attrition.data.terms import LANGUAGES
from attrition.report.formatter import Formatter
from attrition.report.model_metrics import format_metric, format_metric_interval
from attrition.report.papers.facts import PaperFacts
from attrition.report.papers.tables import TABLES
from attrition.report.translations import translations


def cells(facts: PaperFacts, name: str, lang: str = "en") -> list[list[str]]:
    """Return the rows of a table as a reader sees them."""
    lines = TABLES[name](facts, Formatter(translations(lang), facts.currency)).splitlines()[2:]
    return [[cell.strip().replace("\\", "") for cell in line.strip("|").split(" | ")] for line in lines]


def logged(workspace: Path, name: str) -> pd.DataFrame:
    """Return a table that the retrain of version 2 logged, read without the product."""
    runs = [path.parent for path in workspace.glob("mlartifacts/*/artifacts/evaluation/made_from.json")]
    own = next(run for run in runs if "learning_rate = 0.05" in (run / "resignation.toml").read_text(encoding="utf-8"))
    return pd.read_csv(own / f"{name}.csv")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_metrics_are_those_that_were_logged(with_panel: Path, facts: PaperFacts, lang: str) -> None:
    text = translations(lang)
    formatter, metrics = Formatter(text, "CNY"), logged(with_panel, "metrics")
    own = metrics[(metrics["horizon_months"] == 3) & (metrics["model"] == "resignation")]
    shown = {row[0]: row[1] for row in cells(facts, "metrics", lang)}
    assert len(shown) == len(own) > 10
    for row in own.itertuples():
        cell = shown[text.name("metric", row.metric)]
        assert cell.startswith(format_metric(row.metric, row.value, formatter))
        assert format_metric_interval(row.metric, row.low, row.high, formatter) in cell


def test_the_groups_are_those_that_were_logged_and_no_small_one(with_panel: Path, facts: PaperFacts) -> None:
    groups = logged(with_panel, "groups")
    large = groups[groups["verdict"] != "too few"]
    expected = [[row.unit, str(row.people), str(row.events), f"{row.ratio:.2f}"] for row in large.itertuples()]
    assert [row[1:5] for row in cells(facts, "groups")] == expected
    assert len(expected) < len(groups)


def test_rows_of_tables_are_those_of_the_files(with_panel: Path, facts: PaperFacts) -> None:
    shown = {row[0]: row[2] for row in cells(facts, "tables_read")}
    exits = (with_panel / "exports" / "exits.csv").read_text(encoding="utf-8").splitlines()
    assert shown["Exits"] == str(len(exits) - 1)


def test_people_are_counted_once_each(with_panel: Path, facts: PaperFacts) -> None:
    spells = pd.read_parquet(with_panel / "runs" / "spells.parquet")
    panel = pd.read_parquet(with_panel / "runs" / "panel.parquet", columns=["agent_id", "as_of"])
    assert facts.data.people == len(set(spells["agent_id"]))
    assert facts.data.agent_months == len(panel)
    assert facts.data.scored_people == (panel["as_of"] == panel["as_of"].max()).sum()


def test_each_check_stands_there_with_what_was_found(facts: PaperFacts) -> None:
    assert [row[2] for row in cells(facts, "checks")] == [" ".join(check.finding.split()) for check in facts.checks]


def test_a_declared_delay_stands_there_and_rows_with_their_own_time_say_so(facts: PaperFacts) -> None:
    shown = {row[0]: row[4] for row in cells(facts, "tables_read")}
    assert shown["Base pay"] == "each row says when it was recorded"
    assert shown["Shifts"] == "0 days"
