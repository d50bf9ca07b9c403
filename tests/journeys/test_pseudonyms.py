"""A new workspace holds staff numbers where it says so and nowhere else, and people are still found by them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from attrition import workspace as workspaces
from attrition.data.people.protection import EARLIER, PEOPLE
from attrition.data.people.pseudonyms import Pseudonyms
from tests.centres import run
from tests.fixtures.make_workspace import KEPT
from tests.people_search import find_people, lengthen_numbers, people_of

MONTH = ("--as-of", "2026-10")
COACHING = "leader_coaching-2026-04"
PLACES = {
    "people/people.sqlite",
    *(f"reports/2026-10/{name}.{end}" for name in ("partner", "quality") for end in ("en.html", "zh.html", "xlsx")),
    *(f"reports/2026-04/{name}.{end}" for name in ("partner", "quality") for end in ("en.html", "xlsx")),
    "runs/2026-10-31/plan/plan.csv",
    f"pilots/{COACHING}/list.csv",
}
"""Where staff numbers are declared to stand, besides the exports and one agent's page."""
LENIENT = "\n[fairness]\nobserved_over_expected = [0.01, 100.0]\n"
"""The key is random, and with it which agents train which booster: of so few, a group may be off by chance."""
COMMANDS = (
    ("check",),
    ("life-table",),
    ("panel",),
    ("backtest",),
    ("retrain",),
    ("monthly", *MONTH),
    ("monthly", "--from", "2026-04", "--to", "2026-04", "--lang", "en"),
    ("plan", *MONTH, "--budget", "3000"),
    ("pilot", "design", "leader_coaching", "--as-of", "2026-04", "--months", "3"),
    ("pilot", "read", COACHING),
    ("models", "list"),
)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, no_pdf_in_module: None) -> Path:
    """A new workspace of a small centre whose staff numbers have nine digits, before any command."""
    folder = tmp_path_factory.mktemp("new") / "workspace"
    for name in ("exports", "models", "pipelines"):
        shutil.copytree(KEPT / name, folder / name)
    (folder / PEOPLE).write_bytes(workspaces.starter_files()[PEOPLE])
    with (folder / "models" / "resignation.toml").open("a", encoding="utf-8") as declared:
        declared.write(LENIENT)
    lengthen_numbers(folder / "exports")
    arms = pd.read_csv(folder / "exports" / "agents.csv", dtype=str)[["agent_id"]].head(40)
    arms.assign(arm=["treated", "control"] * 20).to_csv(folder / "exports" / "arms.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def numbers(workspace: Path) -> set[str]:
    return people_of(workspace / "exports")


@pytest.fixture(scope="module")
def printed(workspace: Path) -> str:
    """What the commands of a month print."""
    bring = ("pilot", "bring", "bonus", "--intervention", "bonus", "--start", "2025-11-01", "--months", "6", "--file")
    brought = run(workspace, *bring, str(workspace / "exports" / "arms.csv"))
    return brought + "".join(run(workspace, *words) for words in COMMANDS)


@pytest.fixture(scope="module")
def agent(workspace: Path, printed: str) -> str:
    """The staff number of an agent who was scored."""
    scores = pd.read_parquet(workspace / "runs" / "2026-10-31" / "scores.parquet")
    return str(Pseudonyms.open(workspace).staff_number(scores.loc[~scores["abstained"], "agent_id"].iloc[0]))


def test_staff_numbers_stand_where_that_is_declared_and_nowhere_else(
    workspace: Path, printed: str, numbers: set[str]
) -> None:
    assert len(numbers) > 100
    places = find_people(workspace, numbers, but=["exports", "reports/2026-10/agents"])
    assert set(places) == PLACES
    assert not any(number in printed for number in numbers)


def test_an_agent_is_explained_by_their_staff_number(workspace: Path, agent: str) -> None:
    run(workspace, "explain", agent, *MONTH, "--lang", "en")
    page = workspace / "reports" / "2026-10" / "agents" / f"{Pseudonyms.open(workspace).pseudonym(agent)}.en.html"
    assert agent in page.read_text(encoding="utf-8")
    changed = run(workspace, "what-if", agent, *MONTH, "--set", "career_talks=1")
    assert "Risk of resigning within" in changed


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")  # the library that reads here knows no solid data bars
def test_the_watch_list_names_staff_numbers_in_their_order(workspace: Path, printed: str, numbers: set[str]) -> None:
    book = workspace / "reports" / "2026-10" / "partner.xlsx"
    watch = pd.read_excel(book, sheet_name=None, header=3, dtype=str, engine="openpyxl")
    listed = next(sheet for name, sheet in watch.items() if "Watch" in name)
    assert len(listed) > 5
    assert set(listed.iloc[:, 0]) <= numbers
    for _, band in listed.groupby(listed.iloc[:, 1], sort=False):
        assert band.iloc[:, 0].is_monotonic_increasing


def test_products_with_pseudonyms_do_not_say_that_numbers_stand_in_clear(workspace: Path, printed: str) -> None:
    pages = [*(workspace / "reports").rglob("*.html"), *(workspace / "runs").rglob("*.html")]
    assert len(pages) > 6
    assert not any("stand in clear" in path.read_text(encoding="utf-8") for path in pages)
    assert "stand in clear" not in printed


def test_the_same_key_gives_the_same_panel(workspace: Path, printed: str, tmp_path: Path) -> None:
    again = tmp_path / "again"
    for name in ("exports", "models", "pipelines"):
        shutil.copytree(workspace / name, again / name)
    (again / "people").mkdir()
    shutil.copy(workspace / "people" / "key", again / "people" / "key")
    run(again, "panel")
    assert (again / "runs/panel.parquet").read_bytes() == (workspace / "runs/panel.parquet").read_bytes()


def test_who_is_gone_without_an_exit_is_listed_by_number_only_where_that_is_declared(
    workspace: Path, printed: str, numbers: set[str], tmp_path: Path
) -> None:
    centre = Path(shutil.copytree(workspace, tmp_path / "centre", ignore=shutil.ignore_patterns("runs", "reports")))
    exits = centre / "exports" / "exits.csv"
    pd.read_csv(exits, dtype=str).iloc[1:].to_csv(exits, index=False)
    people = centre / PEOPLE
    people.write_text(people.read_text(encoding="utf-8").replace("lists = false", "lists = true"), encoding="utf-8")
    run(centre, "check")
    listed = pd.read_csv(centre / "runs" / "gone_without_exit.csv", dtype=str)
    assert len(listed) >= 1
    assert set(listed["agent_id"]) <= numbers
    people.unlink()
    people.write_bytes(workspaces.starter_files()[PEOPLE])
    run(centre, "check")
    assert not (centre / "runs" / "gone_without_exit.csv").exists()


@pytest.mark.exhaustive
@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
@pytest.mark.usefixtures("no_pdf")
def test_every_product_of_a_workspace_without_pseudonyms_says_so(tmp_path: Path) -> None:
    kept = Path(shutil.copytree(KEPT, tmp_path / "kept"))
    commands = [("check",), ("life-table",), ("panel",), ("monthly", *MONTH, "--lang", "en")]
    for words in commands:
        assert str(EARLIER) in " ".join(run(kept, *words).split()), words
    report = kept / "reports" / "2026-10"
    run(kept, "plan", *MONTH, "--budget", "3000")
    run(kept, "pilot", "design", "leader_coaching", *MONTH, "--name", "late")
    agent = pd.read_parquet(kept / "runs" / "2026-10-31" / "scores.parquet")["agent_id"].iloc[0]
    run(kept, "explain", agent, *MONTH, "--lang", "en")
    texts = [*report.glob("*.html"), *report.glob("agents/*.html"), kept / "runs" / "check.html"]
    texts += [kept / "runs" / "life_table.html", kept / "runs" / "panel.json", kept / "pilots" / "late" / "pilot.en.md"]
    texts += [kept / "runs" / "2026-10-31" / "plan" / "plan.json"]
    assert len(texts) >= 9
    assert [path.name for path in texts if str(EARLIER)[:28] not in path.read_text(encoding="utf-8")] == []
    book = pd.read_excel(report / "partner.xlsx", sheet_name=0, header=None, dtype=str, engine="openpyxl")
    assert book.isin([str(EARLIER)]).any(axis=None)
