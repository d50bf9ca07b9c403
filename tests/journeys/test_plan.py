"""From raw tables to a plan, by the commands: a small synthetic centre, a real registry, a real solver."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from attrition import pipeline
from attrition.cli import app
from attrition.data.people.pseudonyms import Pseudonyms
from attrition.data.products import write_parquet
from attrition.data.progress import silent
from attrition.steps.month import score_month
from attrition.steps.panel import load_or_build_panel
from attrition.steps.replay import model_of_its_time
from attrition.steps.what_if import WhatIfRequest
from tests.centres import copy_with_panel, run

pytestmark = pytest.mark.exhaustive

BUDGET = 3000
OCTOBER = date(2026, 10, 31)
PROTECTED = ["gender", "birth_date", "age_band", "is_minority"]


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A centre of 150 agents and 28 months with a champion, and its last month scored."""
    folder = copy_with_panel(tmp_path_factory)
    run(folder, "retrain")
    run(folder, "score", "--as-of", "2026-10")
    return folder


@pytest.fixture(scope="module")
def output(centre: Path) -> str:
    return run(centre, "plan", "--budget", str(BUDGET), "--as-of", "2026-10")


@pytest.fixture(scope="module")
def plan(centre: Path, output: str) -> dict[str, Any]:
    assert "left in" in output
    content = json.loads((centre / "runs" / "2026-10-31" / "plan" / "plan.json").read_text(encoding="utf-8"))
    return dict(content)


def offers(centre: Path) -> pd.DataFrame:
    return pd.read_csv(centre / "runs" / "2026-10-31" / "plan" / "plan.csv", dtype={"agent_id": str})


def test_the_offers_keep_the_budget_the_capacities_and_one_of_each_agent(centre: Path, plan: dict[str, Any]) -> None:
    table = offers(centre)
    assert table["cost"].sum() == pytest.approx(plan["cost"])
    assert 0 < plan["cost"] <= BUDGET
    assert table["agent_id"].is_unique
    assert (table["expected_saving"] > 0).all()
    assert table["expected_saving"].sum() == pytest.approx(plan["expected_saving"])


def test_the_plan_saves_no_less_than_any_simpler_way_that_is_fair(plan: dict[str, Any]) -> None:
    ways = {row["way"]: row for row in plan["comparison"]}
    fair = [row["expected_saving"] for row in ways.values() if row["is_fair"]]
    assert ways["plan"]["expected_saving"] >= max(fair) - 1e-6
    assert (
        ways["plan without the rule of fairness"]["expected_saving"] >= ways["riskiest first"]["expected_saving"] - 1e-6
    )


def test_more_money_never_saves_less(plan: dict[str, Any]) -> None:
    savings = [row["expected_saving"] for row in plan["curve"]]
    assert savings == sorted(savings)
    assert plan["next_saving"] >= 0


def test_the_page_summarises_the_plan(output: str, plan: dict[str, Any]) -> None:
    assert f"{plan['offers']} offers for {plan['cost']:,.0f} of 3,000 CNY" in output
    assert re.search(r"riskiest first +\d+ +[\d,]+ +[\d,]+ +(yes|no)", output)
    assert "audited and never used to predict" in output
    assert re.search(r"gender female +\d+ of \d+ +\d+%", output)


def test_no_agent_is_named_on_the_page(centre: Path, output: str) -> None:
    assert not [agent for agent in offers(centre)["agent_id"] if agent in output]


def test_protected_attributes_are_in_the_audit_and_nowhere_else(centre: Path, plan: dict[str, Any]) -> None:
    assert {row["attribute"] for row in plan["audit"]} == {"gender", "age_band", "is_minority"}
    runs = centre / "runs"
    columns = {
        path.relative_to(runs).as_posix(): set(pd.read_parquet(path).columns) for path in runs.rglob("*.parquet")
    }
    assert [name for name, names in columns.items() if names & set(PROTECTED)] == ["audit.parquet"]


def test_groups_of_fewer_than_ten_at_high_risk_are_hidden(plan: dict[str, Any]) -> None:
    rows = pd.DataFrame(plan["audit"])
    assert rows["is_hidden"].any(), "of 150 agents some groups are small"
    assert rows.loc[rows["is_hidden"], ["in_need", "offered", "share", "gap"]].isna().all(axis=None)
    assert (rows.loc[~rows["is_hidden"], "in_need"] >= 10).all()


@pytest.mark.parametrize(
    ("budget", "message"), [("-5", "buys nothing"), ("0.5", "the cheapest offer that saves more than it costs")]
)
def test_a_budget_that_buys_nothing_is_refused(centre: Path, output: str, budget: str, message: str) -> None:
    refused = CliRunner().invoke(app, ["plan", "--budget", budget, "--as-of", "2026-10", "-w", str(centre)])
    assert (refused.exit_code, message in refused.output) == (2, True), refused.output


def test_a_capacity_of_an_unknown_site_is_refused(centre: Path, output: str) -> None:
    job = centre / "pipelines" / "plan.toml"
    text = job.read_text(encoding="utf-8")
    job.write_text(text + "\nhybrid_work = { Atlantis = 4 }\n", encoding="utf-8")
    refused = CliRunner().invoke(app, ["plan", "--budget", "3000", "--as-of", "2026-10", "-w", str(centre)])
    job.write_text(text, encoding="utf-8")
    assert (refused.exit_code, "does not know Atlantis" in refused.output) == (2, True), refused.output


def test_a_month_scored_by_another_version_is_to_be_scored_again(centre: Path, output: str) -> None:
    path = centre / "runs" / "2026-10-31" / "scores.parquet"
    original = path.read_bytes()
    pd.read_parquet(path).assign(model_version="7").to_parquet(path, index=False)
    refused = CliRunner().invoke(app, ["plan", "--budget", "3000", "--as-of", "2026-10", "-w", str(centre)])
    path.write_bytes(original)
    assert refused.exit_code == 2
    assert "was scored by version 7 and version 1 is in use now" in " ".join(refused.output.split())


@pytest.mark.parametrize(
    "words",
    [["score"], ["plan", "--budget", "3000"], ["monthly"], ["what-if", "A00001", "--set", "base_pay=5200"]],
    ids=lambda words: words[0],
)
def test_a_month_from_before_the_champion_s_training_is_refused(centre: Path, words: list[str]) -> None:
    refused = CliRunner().invoke(app, [*words, "--as-of", "2026-09", "-w", str(centre)])
    assert refused.exit_code == 2
    assert re.search(r"version 1 learned from data up to 2026-10-31,\s+after\s+2026-09", refused.output)
    assert "attrition monthly --from 2026-09 --to 2026-09" in " ".join(refused.output.split())


def test_the_card_counts_labels_that_interventions_may_have_changed(centre: Path) -> None:
    card = (centre / "runs" / "retrain" / "version-1" / "card.md").read_text(encoding="utf-8")
    assert re.search(
        r"Of [\d,]+ mature labels for a horizon of 3 months, .* received an intervention of the playbook", card
    )


def report_with_budget(centre: Path, budget: float) -> str:
    job = centre / "pipelines" / "monthly.toml"
    text = re.sub(r"(?m)^budget = .*$", f"budget = {budget:g}", job.read_text(encoding="utf-8"))
    job.write_text(text, encoding="utf-8")
    return run(centre, "monthly", "--as-of", "2026-10", "--lang", "en")


@pytest.mark.usefixtures("no_pdf", "plan")
def test_a_declared_budget_puts_the_plan_into_the_month_s_report(centre: Path) -> None:
    report_with_budget(centre, BUDGET)
    text = (centre / "reports" / "2026-10" / "centre.en.html").read_text(encoding="utf-8")
    assert re.search("Of a budget of CNY.3,000, CNY.[0-9,]+ goes to [0-9]+ offers", text)
    assert "No plan was made for this month" not in text


@pytest.mark.usefixtures("no_pdf", "plan")
def test_a_budget_that_buys_nothing_does_not_stop_the_report(centre: Path) -> None:
    assert "no plan is made: a budget of 1 CNY buys nothing" in report_with_budget(centre, 1)
    text = (centre / "reports" / "2026-10" / "centre.en.html").read_text(encoding="utf-8")
    assert "No plan was made for this month" in text


def test_the_champion_and_a_replay_of_its_month_give_the_same_tables(centre: Path, tmp_path: Path) -> None:
    """The champion was fitted at the end of this month, so the model of its time is the same model."""
    panel = load_or_build_panel(centre, progress=silent)
    replayed = score_month(centre, panel, OCTOBER, model=model_of_its_time(centre, panel, OCTOBER))
    for name, table in replayed.items():
        issued = pd.read_parquet(centre / "runs" / "2026-10-31" / f"{name}.parquet")
        write_parquet(table.assign(model_version="1") if name == "scores" else table, tmp_path / "again.parquet")
        pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "again.parquet"), issued)


def test_a_what_if_starts_from_the_issued_risk(centre: Path) -> None:
    issued = pd.read_parquet(centre / "runs" / "2026-10-31" / "scores.parquet")
    agent = issued.loc[~issued["abstained"], "agent_id"].iloc[0]
    result = pipeline.what_if(centre, WhatIfRequest(agent, OCTOBER, {"career_talks": "1"}), progress=silent)
    before = issued[issued["agent_id"] == agent].set_index("horizon_months")["risk"]
    assert result.risks.set_index("horizon_months")["risk_before"].to_dict() == before.to_dict()


def test_a_what_if_states_no_risk_where_the_month_abstained(centre: Path) -> None:
    issued = pd.read_parquet(centre / "runs" / "2026-10-31" / "scores.parquet")
    row = issued[issued["abstained"]].iloc[0]
    result = pipeline.what_if(centre, WhatIfRequest(row["agent_id"], OCTOBER, {"career_talks": "1"}), progress=silent)
    assert result.abstain_reason == row["abstain_reason"]
    assert result.risks.empty


@pytest.mark.usefixtures("plan")
def test_a_month_that_was_scored_and_not_issued_is_not_explained(centre: Path) -> None:
    report = centre / "reports" / "2026-10"
    moved = report.rename(centre / "moved") if report.exists() else None
    agent = pd.read_parquet(centre / "runs" / "2026-10-31" / "scores.parquet")["agent_id"].iloc[0]
    refused = CliRunner().invoke(app, ["explain", agent, "--as-of", "2026-10", "--workspace", str(centre)])
    if moved is not None:
        moved.rename(report)
    assert refused.exit_code == 2
    assert "`attrition monthly --as-of 2026-10` makes it" in " ".join(refused.output.split())


@pytest.mark.usefixtures("plan")
def test_one_agent_s_page_is_written_and_an_unknown_number_is_refused(centre: Path) -> None:
    agent = pd.read_parquet(centre / "runs" / "2026-10-31" / "scores.parquet")["agent_id"].iloc[0]
    assert f"{agent}.zh.html" in run(centre, "explain", agent, "--as-of", "2026-10", "--lang", "zh")
    page = (centre / "reports" / "2026-10" / "agents" / f"{agent}.zh.html").read_text(encoding="utf-8")
    assert f"单个座席：{Pseudonyms.open(centre).staff_number(agent)}" in page
    refused = CliRunner().invoke(app, ["explain", "A99999", "--as-of", "2026-10", "--workspace", str(centre)])
    assert refused.exit_code == 2
    assert "A99999" not in refused.output
