"""A trial that was not designed here is read with the mathematics of pilots, graded lower, and teaches accordingly."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from attrition.cli import app
from attrition.workspace import write_starter

SOURCES = """
[site]
name = "Trial"
time_zone = "Asia/Shanghai"
currency = "CNY"
data_begins = "2010-01"
data_ends = "2011-12"

[tables.agents]
path = "agents.csv"
recording_delay_days = 0

[tables.exits]
path = "exits.csv"
recording_delay_days = 0
"""
START = date(2010, 12, 6)


def write_trial(folder: Path, *, quits: tuple[int, int] = (22, 42), sizes: tuple[int, int] = (131, 118)) -> Path:
    """Write a workspace of hires and exits, and the arms of a trial with these numbers of agents and quits.

    By default a reconstruction, from published totals alone, of the home-working trial of a Chinese call centre (Bloom
    et al. 2015): 131 treated and 118 controls over nine months, of whom 17 % and 35 % quit; when each quit is made up.
    """
    write_starter(folder)
    agents, exits, arms = ["agent_id,hire_date"], ["agent_id,exit_date,exit_type"], ["agent_id,arm,calls"]
    for arm, size, leavers in zip(("treated", "control"), sizes, quits, strict=True):
        for number in range(size):
            agent = f"{arm[0]}{number:03}"
            agents.append(f"{agent},2010-0{1 + number % 9}-15")
            arms.append(f"{agent},{arm},{50 + number % 7}")
            if number < leavers:
                day = START + timedelta(days=(number * 271) // leavers)
                exits.append(f"{agent},{day},voluntary")
    exits += [f"x{number},2011-{month:02}-10,other" for month in range(1, 13) for number in (month,)]
    agents += [f"x{number},2010-02-01" for number in range(1, 13)]
    for name, lines in (("agents", agents), ("exits", exits), ("arms", arms)):
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "pipelines" / "sources.toml").write_text(SOURCES, encoding="utf-8")
    return folder


def run(words: Iterable[str], workspace: Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["pilot", *words, "-w", str(workspace)])
    return result.exit_code, result.output


def bring(workspace: Path, *more: str, kind: str = "hybrid_work") -> tuple[int, str]:
    words = ["bring", "home", "--intervention", kind, "--start", f"{START}", "--months", "9"]
    return run([*words, "--file", str(workspace / "arms.csv"), *more], workspace)


def reading(workspace: Path) -> dict[str, Any]:
    return json.loads((workspace / "pilots" / "home" / "read-2011-12-31" / "reading.json").read_text(encoding="utf-8"))


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return write_trial(tmp_path / "centre")


def test_the_published_trial_gives_about_its_published_figures(workspace: Path):
    """Published and read by hand on its own data: -18.7 points of quits, -29.1 to -7.8."""
    code, output = bring(workspace, "--randomised-by", "the firm, by date of birth")
    assert code == 0, output
    difference = reading(workspace)["risk_difference"]
    assert difference["value"] == pytest.approx(22 / 131 - 42 / 118)
    assert difference["value"] == pytest.approx(-0.187, abs=0.005)
    assert (difference["low"], difference["high"]) == pytest.approx((-0.291, -0.078), abs=0.01)
    assert reading(workspace)["hazard_ratio"]["high"] < 1
    assert "Randomised elsewhere, not sealed here." in output


def test_what_was_randomised_teaches_the_playbook_under_its_grade(workspace: Path):
    bring(workspace, "--randomised-by", "the firm, by date of birth")
    [lesson] = tomllib.loads((workspace / "pilots" / "learned.toml").read_text(encoding="utf-8"))["lessons"]
    assert lesson["grade"] == "randomised elsewhere, not sealed here"
    assert lesson["posterior"]["hazard_ratio"] < lesson["prior"]["hazard_ratio"]


def test_what_was_not_randomised_is_compared_and_teaches_nothing(workspace: Path):
    code, output = bring(workspace)
    assert code == 0, output
    assert "Not randomised. Fewer resigned than among similar agents" in output
    assert reading(workspace)["grade"] == "not randomised"
    assert reading(workspace)["verdict"] is None
    assert not (workspace / "pilots" / "learned.toml").exists()


def test_a_kind_that_the_playbook_does_not_hold_is_named(workspace: Path):
    code, output = bring(workspace, "--randomised-by", "a draw", kind="home_working")
    assert code == 0
    assert "models/playbook.toml holds no intervention `home_working`" in output
    assert not (workspace / "pilots" / "learned.toml").exists()


def test_it_is_read_again_by_name_and_not_after_its_arms_were_changed(workspace: Path):
    bring(workspace, "--randomised-by", "a draw")
    assert run(["read", "home"], workspace)[0] == 0
    assert run(["read", "home", "--as-of", "2011-06"], workspace)[0] == 2
    arms = workspace / "pilots" / "home" / "arms.csv"
    arms.write_text(arms.read_text(encoding="utf-8").replace(",treated", ",control", 1), encoding="utf-8")
    code, output = run(["read", "home"], workspace)
    assert code == 2
    assert "changed after the trial was brought" in output


def test_the_arms_may_stand_in_the_table_of_interventions(workspace: Path):
    lines = (workspace / "arms.csv").read_text(encoding="utf-8").splitlines()[1:]
    rows = [f"{agent},2010-12-06,hybrid_work,home,{arm}" for agent, arm, _ in (line.split(",") for line in lines)]
    table = "\n".join(["agent_id,start_date,kind,pilot_id,arm", *rows]) + "\n"
    (workspace / "interventions.csv").write_text(table, encoding="utf-8")
    with (workspace / "pipelines" / "sources.toml").open("a", encoding="utf-8") as file:
        file.write('\n[tables.interventions]\npath = "interventions.csv"\nrecording_delay_days = 0\n')
    words = ["bring", "home", "--intervention", "hybrid_work", "--start", f"{START}", "--months", "9"]
    code, output = run(words, workspace)
    assert code == 0, output
    assert {row["arm"]: row["resigned"] for row in reading(workspace)["arms"]} == {"control": 42, "treated": 22}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("t001,treated", "t001,maybe", "1 rows have no agent, or an arm that is not one of"),
        ("t001,treated", "t000,control", "1 agents stand in several rows that differ"),
        ("agent_id,arm", "agent_id,what", "needs one column named arm"),
    ],
)
def test_arms_that_can_be_read_in_two_ways_are_refused(workspace: Path, old: str, new: str, words: str):
    arms = workspace / "arms.csv"
    arms.write_text(arms.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    code, output = bring(workspace)
    assert code == 2
    assert words in output
    assert not (workspace / "pilots" / "home").exists()


def test_who_was_not_there_is_counted_and_left_out(workspace: Path):
    arms = workspace / "arms.csv"
    arms.write_text(arms.read_text(encoding="utf-8") + "nobody,control,50\n", encoding="utf-8")
    bring(workspace)
    assert reading(workspace)["not_counted"] == {"not on the roster": 1}
