"""Papers hold for one version, until their last day, while nothing they were made from or they themselves changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from attrition.report.papers.facts import PaperFacts
from attrition.report.papers.validity import why_not_in_force
from attrition.report.papers.write import pages_only, write_papers

DECLARED = {"pipelines/papers.toml": "a", "models/resignation.toml": "b"}
DAY = date(2026, 12, 1)


@pytest.fixture
def folder(tmp_path: Path, facts: PaperFacts) -> Path:
    write_papers(tmp_path / "2", facts, {"declarations": DECLARED}, langs=("en",), renderer=pages_only())
    return tmp_path / "2"


def why(folder: Path, version: str = "2", declared: dict[str, str] = DECLARED, on: date = DAY) -> str | None:
    return why_not_in_force(folder, version, declarations=declared, on=on)


def test_papers_as_they_were_written_are_in_force(folder: Path) -> None:
    assert why(folder) is None


def test_they_hold_on_their_last_day_and_not_on_the_next(folder: Path) -> None:
    assert why(folder, on=date(2027, 11, 28)) is None
    assert why(folder, on=date(2027, 11, 29)) == "they held until 2027-11-28"


def test_papers_of_another_version_do_not_hold(folder: Path) -> None:
    assert why(folder, "3") == "they are of version 2"


def test_a_changed_a_new_and_a_deleted_declaration_end_them(folder: Path) -> None:
    changed = {"pipelines/papers.toml": "c", "pipelines/people.toml": "d"}
    names = "models/resignation.toml, pipelines/papers.toml, pipelines/people.toml"
    assert why(folder, declared=changed) == f"declarations changed since: {names}"


HARM: dict[str, Callable[[Path], object]] = {
    "a page is edited": lambda folder: (folder / "notice.en.html").write_text("all is well", encoding="utf-8"),
    "a page is removed": lambda folder: (folder / "notice.en.html").unlink(),
}


@pytest.mark.parametrize("harm", HARM.values(), ids=HARM)
def test_a_paper_that_was_changed_by_hand_does_not_hold(folder: Path, harm: Callable[[Path], object]) -> None:
    harm(folder)
    assert why(folder) == "files of theirs changed since: notice.en.html"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 0}'])
def test_a_record_that_cannot_be_read_is_none(folder: Path, content: str) -> None:
    (folder / "papers.json").write_text(content, encoding="utf-8")
    assert why(folder) == "there are none"


def test_the_same_facts_give_the_same_pages(folder: Path, facts: PaperFacts, tmp_path: Path) -> None:
    write_papers(tmp_path / "again", facts, {"declarations": DECLARED}, langs=("en",), renderer=pages_only())
    pages = [{path.name: path.read_bytes() for path in each.iterdir()} for each in (folder, tmp_path / "again")]
    assert pages[0] == pages[1]
