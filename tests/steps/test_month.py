"""A month is scored with what was known by its end: the lessons of pilots."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from attrition import workspace as workspaces
from attrition.features.registry import declared_features
from attrition.model.provenance import code_hash
from attrition.pilot.lessons import RANDOMISED, EffectEstimate, Lesson, read_history, write_history
from attrition.steps.declarations import playbook_known_by
from attrition.steps.fingerprint import MONTH_CODE, PANEL_CODE

HORIZON = 3
EARLY, LATE = date(2026, 6, 30), date(2026, 9, 30)
SITE = {"currency": "CNY", "rates": {}}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    workspaces.write_starter(tmp_path)
    return tmp_path


def test_a_lesson_is_used_from_the_month_on_in_which_it_was_read(workspace: Path) -> None:
    effect = EffectEstimate(hazard_ratio=0.2, low=0.1, high=0.4)
    lesson = Lesson(
        pilot="coaching-2026-03",
        intervention="leader_coaching",
        read_as_of=LATE,
        grade=RANDOMISED,
        estimate=effect,
        prior=effect,
        posterior=effect,
    )
    write_history(workspace, read_history(workspace).with_lesson(lesson))
    features = tuple(declared_features().values())
    books = [playbook_known_by(workspace, day, features=features, site=SITE) for day in (EARLY, LATE)]
    ratios = [book["leader_coaching"].evidence.hazard_ratio for book in books]
    assert ratios[0] > ratios[1]


@pytest.mark.parametrize(
    ("changed", "changes_panel", "changes_month"),
    [
        ("features/pay.py", True, False),
        ("labels/outcomes.py", True, True),
        ("model/risk.py", False, True),
        ("report/templates/page.html.j2", False, True),
        ("steps/panel.py", True, True),
        ("terminal/console.py", False, False),
    ],
)
def test_a_fingerprint_covers_the_code_that_can_change_its_product(
    tmp_path: Path, changed: str, changes_panel: bool, changes_month: bool
) -> None:
    for folder in {Path(place).parent if "." in place else Path(place) for place in (*PANEL_CODE, *MONTH_CODE)}:
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    for place in (*PANEL_CODE, *MONTH_CODE):
        if place.endswith(".py"):
            (tmp_path / place).write_text("old", encoding="utf-8")
    before = [code_hash(places, root=tmp_path) for places in (PANEL_CODE, MONTH_CODE)]
    (tmp_path / changed).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / changed).write_text("new", encoding="utf-8")
    after = [code_hash(places, root=tmp_path) for places in (PANEL_CODE, MONTH_CODE)]
    assert [old != new for old, new in zip(before, after, strict=True)] == [changes_panel, changes_month]
