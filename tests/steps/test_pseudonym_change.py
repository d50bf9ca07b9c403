"""Names of people change in every product, a killed change goes on, and nothing of the old ones stays."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from attrition import pipeline
from attrition.data.people import renaming
from attrition.data.people.name_change import unfinished_change
from attrition.data.people.people_key import NEXT_VARIABLE, VARIABLE, key_file
from attrition.data.people.protection import PEOPLE
from attrition.data.people.pseudonyms import Pseudonyms
from attrition.data.progress import silent
from attrition.errors import UserError
from attrition.pilot.preregistration import read_preregistered
from attrition.steps import named_products, pseudonym_change
from attrition.steps.named_products import people_of_products
from attrition.steps.pseudonym_change import change_names
from tests.centres import run
from tests.fixtures.make_workspace import KEPT, PILOT
from tests.people_search import find_people

BUT = ["exports", "people"]
OLD_KEY, NEW_KEY = "an old key that is long enough to be used", "a new key that is long enough to be used"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A copy of the kept workspace, which has no pipelines/people.toml, without what the commands here do not read."""
    left_out = shutil.ignore_patterns("mlartifacts", "mlflow.db")
    return Path(shutil.copytree(KEPT, tmp_path / "workspace", ignore=left_out))


@pytest.fixture
def turned_on(workspace: Path) -> Path:
    change(workspace, "on")
    return workspace


def change(workspace: Path, kind: Any) -> list[named_products.Handled]:
    return pipeline.change_pseudonyms(workspace, kind, progress=silent)


def killed_after(calls: int, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that is stopped at a later call, as by Ctrl+C or a signal."""
    left = iter(range(calls))

    def call(*args: Any, **options: Any) -> Any:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return function(*args, **options)

    return call


def test_turning_on_leaves_no_staff_number_behind(workspace: Path) -> None:
    numbers = people_of_products(workspace)
    assert len(find_people(workspace, numbers, but=BUT)) > 10
    handled = change(workspace, "on")
    assert find_people(workspace, numbers, but=BUT) == {}
    assert {item.product for item in handled} >= {"runs", "runs/panel", "pilots", "pipelines/people.toml"}
    assert people_of_products(workspace) <= set(Pseudonyms.open(workspace).way_back())
    assert "pseudonyms = true" in (workspace / PEOPLE).read_text(encoding="utf-8")


def test_a_pilot_is_sealed_anew_and_can_be_read(workspace: Path) -> None:
    before = read_preregistered(workspace, PILOT)[1]
    change(workspace, "on")
    design, after = read_preregistered(workspace, PILOT)
    numbers = Pseudonyms.open(workspace).staff_numbers(after["agent_id"])
    assert dict(zip(numbers, after["arm"], strict=True)) == dict(zip(before["agent_id"], before["arm"], strict=True))
    assert design.seal in (workspace / "pilots" / PILOT / "pilot.en.md").read_text(encoding="utf-8")


def test_a_pilot_that_was_changed_by_hand_gets_no_new_seal(workspace: Path) -> None:
    assignment = workspace / "pilots" / PILOT / "assignment.csv"
    text = assignment.read_text(encoding="utf-8")
    assignment.write_text(text.replace("treated", "control", 1), encoding="utf-8")
    change(workspace, "on")
    with pytest.raises(UserError, match="was changed after"):
        read_preregistered(workspace, PILOT)


def test_turning_off_gives_everybody_their_number_back(workspace: Path) -> None:
    scores = workspace / "runs" / "2026-10-31" / "scores.parquet"
    before = pd.read_parquet(scores)
    change(workspace, "on")
    assert not set(pd.read_parquet(scores)["agent_id"]) & set(before["agent_id"])
    change(workspace, "off")
    pd.testing.assert_frame_equal(pd.read_parquet(scores), before)
    assert "pseudonyms = false" in (workspace / PEOPLE).read_text(encoding="utf-8")
    read_preregistered(workspace, PILOT)


def test_a_new_key_gives_everybody_another_pseudonym_and_the_same_number(turned_on: Path) -> None:
    before = Pseudonyms.open(turned_on).way_back()
    change(turned_on, "rotate")
    after = Pseudonyms.open(turned_on).way_back()
    assert sorted(before.values()) == sorted(after.values())
    assert not set(before) & set(after)
    assert find_people(turned_on, before) == {}
    assert people_of_products(turned_on) <= set(after)


def test_the_erased_stay_known_under_a_new_key(turned_on: Path) -> None:
    number = next(iter(Pseudonyms.open(turned_on).way_back().values()))
    Pseudonyms.open(turned_on).forget(number)
    change(turned_on, "rotate")
    assert Pseudonyms.open(turned_on).erased([number]) == {number}


def test_where_the_key_is_lost_everybody_is_renamed_and_those_erased_are_counted(turned_on: Path) -> None:
    number = next(iter(Pseudonyms.open(turned_on).way_back().values()))
    Pseudonyms.open(turned_on).forget(number)
    key_file(turned_on).unlink()
    handled = change(turned_on, "rotate")
    assert "who was erased (1 person): erase them again" in str(handled[-1].what)
    assert Pseudonyms.open(turned_on).erased([number]) == set()


def test_a_key_of_the_environment_is_changed_by_a_second_variable(workspace: Path) -> None:
    old, new = {VARIABLE: OLD_KEY}, {VARIABLE: OLD_KEY, NEXT_VARIABLE: NEW_KEY}
    change_names(workspace, "on", progress=silent, environment=old)
    with pytest.raises(UserError, match=NEXT_VARIABLE):
        change_names(workspace, "rotate", progress=silent, environment=old)
    change_names(workspace, "rotate", progress=silent, environment=new)
    assert Pseudonyms.open(workspace, environment={VARIABLE: NEW_KEY}).way_back()
    with pytest.raises(UserError, match="not the one"):
        Pseudonyms.open(workspace, environment=old)


@pytest.mark.exhaustive
@pytest.mark.parametrize(("kind", "rewritten"), [("on", 0), ("rotate", 1), ("on", 3)])
def test_a_change_that_is_killed_is_finished_by_the_next_command(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, kind: str, rewritten: int
) -> None:
    if kind == "rotate":
        change(workspace, "on")
    before = people_of_products(workspace)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(renaming, "rename_people", killed_after(rewritten, renaming.rename_people))
        change(workspace, kind)
    assert unfinished_change(workspace) == kind
    with pytest.raises(UserError, match=f"pseudonyms {kind}` finishes it"):
        Pseudonyms.open(workspace)
    assert "finishing it" in run(workspace, "pilot", "read", PILOT)
    assert unfinished_change(workspace) is None
    assert not people_of_products(workspace) & before


def test_a_rotation_killed_before_the_new_key_is_in_place_has_it_at_the_next_use(
    turned_on: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("attrition.data.people.name_change.adopt_next_key", killed_after(0, print))
        change(turned_on, "rotate")
    assert people_of_products(turned_on) <= set(Pseudonyms.open(turned_on).way_back())
    assert not key_file(turned_on).with_name("key.next").exists()


def test_what_is_so_already_is_refused(turned_on: Path) -> None:
    with pytest.raises(UserError, match="already"):
        change(turned_on, "on")


@pytest.mark.exhaustive
def test_products_are_not_mixed_when_the_declaration_is_edited_by_hand(workspace: Path) -> None:
    pipeline.panel(workspace, progress=silent)
    (workspace / PEOPLE).write_text("pseudonyms = true\n", encoding="utf-8")
    with pytest.raises(UserError, match="attrition pseudonyms on"):
        pipeline.panel(workspace, progress=silent)
    change(workspace, "on")
    pipeline.panel(workspace, progress=silent)
    scores = pd.read_parquet(workspace / "runs" / "2026-10-31" / "scores.parquet")
    panel = pd.read_parquet(workspace / "runs" / "panel.parquet", columns=["agent_id"])
    assert set(scores["agent_id"]) <= set(panel["agent_id"])


def test_two_changes_at_once_are_refused(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def meanwhile(*_: object) -> list[object]:
        with pytest.raises(UserError, match="another change of pseudonyms is running"):
            change(workspace, "on")
        return []

    monkeypatch.setattr(pseudonym_change, "rename_products", meanwhile)
    change(workspace, "on")
