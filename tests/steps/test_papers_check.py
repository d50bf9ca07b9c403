"""Where papers are required, no version becomes champion by hand without those that are in force on the day."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from attrition.errors import UserError
from attrition.model.check import PAPERS
from attrition.report.papers.write import pages_only
from attrition.runs import Runs
from attrition.steps.papers import Writing, write_version_papers
from attrition.steps.papers_check import papers_checks
from attrition.steps.promotion import Decision, promote_version, roll_back

TODAY = datetime(2026, 11, 28, tzinfo=UTC)
DECISION = Decision("Li Na", "as agreed with the works council", TODAY)


@pytest.fixture
def workspace(with_panel: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(with_panel, tmp_path / "workspace"))


def write(workspace: Path) -> None:
    verdict = Runs(workspace).read_verdict("1")
    write_version_papers(workspace, "1", verdict, writing=Writing(TODAY.date()), langs=("en",), renderer=pages_only())


def declare(workspace: Path, before: str, after: str) -> None:
    path = workspace / "pipelines" / "papers.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")


def test_without_papers_a_version_is_not_promoted_unless_the_criterion_is_named(workspace: Path) -> None:
    with pytest.raises(UserError, match=f'--despite "{PAPERS}"'):
        promote_version(workspace, "1", DECISION)
    assert promote_version(workspace, "1", DECISION, despite=[PAPERS]).despite == (PAPERS,)


def test_with_papers_in_force_it_is(workspace: Path) -> None:
    write(workspace)
    assert promote_version(workspace, "1", DECISION).despite == ()


def test_a_review_that_is_over_ends_the_papers(workspace: Path) -> None:
    declare(workspace, "# review_by = 2027-06-30", "review_by = 2026-11-27")
    write(workspace)
    [check] = papers_checks(workspace, "1", on=TODAY.date())
    assert (check.passed, check.finding) == (False, "they held until 2026-11-27; move review_by when they are signed")


def test_a_declaration_that_changed_since_ends_the_papers(workspace: Path) -> None:
    write(workspace)
    declare(workspace, 'officer = ""', 'officer = "the lawyer"')
    with pytest.raises(UserError, match=PAPERS):
        promote_version(workspace, "1", DECISION)


def test_where_none_are_required_nobody_asks(workspace: Path) -> None:
    declare(workspace, "required = true", "required = false")
    assert papers_checks(workspace, "1", on=TODAY.date()) == []
    assert promote_version(workspace, "1", DECISION).despite == ()


def test_a_workspace_of_an_earlier_version_requires_none(workspace: Path) -> None:
    (workspace / "pipelines" / "papers.toml").unlink()
    assert papers_checks(workspace, "1", on=TODAY.date()) == []


def test_going_back_needs_no_papers(workspace: Path) -> None:
    assert roll_back(workspace, DECISION).version == "1"


def test_whatever_goes_wrong_is_a_no(workspace: Path) -> None:
    declare(workspace, "required = true", "required = maybe")
    [check] = papers_checks(workspace, "1", on=TODAY.date())
    assert (check.passed, check.finding) == (False, "could not be checked (DeclarationError)")
