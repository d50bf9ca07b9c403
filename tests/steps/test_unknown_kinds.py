"""A kind of intervention that the playbook does not hold is named by the check, and not passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from attrition.data.progress import silent
from attrition.errors import DeclarationError
from attrition.steps.check import check_tables
from tests.steps.test_check import site

RECEIVED = "agent_id,start_date,kind\n001,2025-03-01,buddy\n002,2025-03-01,homework\n002,2025-04-01,hybrid_wrk\n"


def test_kinds_that_the_playbook_does_not_hold_are_named_with_the_nearest_one(tmp_path: Path) -> None:
    result = check_tables(site(tmp_path, {"interventions": RECEIVED}), progress=silent)
    [cause] = [cause for cause in result.causes if cause.place == "interventions.kind"]
    assert cause.first.rule.endswith('homework, hybrid_wrk (did you mean "hybrid_work"?)')
    assert (cause.first.rows, cause.first.severity) == (2, "features")


def test_kinds_of_the_playbook_are_not_named(tmp_path: Path) -> None:
    of_the_playbook = RECEIVED.replace("homework", "buddy").replace("hybrid_wrk", "hybrid_work")
    result = check_tables(site(tmp_path, {"interventions": of_the_playbook}), progress=silent)
    assert not [cause for cause in result.causes if cause.place == "interventions.kind"]


def test_a_playbook_that_cannot_be_read_costs_no_page_of_the_tables(tmp_path: Path) -> None:
    folder = site(tmp_path, {"interventions": RECEIVED})
    (folder / "models" / "playbook.toml").write_text("[[interventions]]\nid = 3\n", encoding="utf-8")
    with pytest.raises(DeclarationError):
        check_tables(folder, progress=silent)
    assert (folder / "runs" / "check.html").is_file()
