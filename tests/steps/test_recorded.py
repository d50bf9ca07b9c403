"""Every run and every view goes on record, or does not happen."""

from __future__ import annotations

import inspect
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from attrition import pipeline
from attrition.errors import UserError
from attrition.ledger.audit_log import LOG, LogNotWritten, read_entries
from attrition.steps.promotion import Decision
from attrition.steps.recorded import RECORDED, recorded

NOT_RECORDED = {
    "doctor",  # it shows no person's data, and is for where nothing else runs
    *("init", "draw_centre", "demo"),  # there is no workspace before them; what demo runs is recorded
    *("look_at_folder", "map_by_questions", "map_by_workbook"),  # they write a declaration, which shows for itself
    *(
        "list_models",
        "compare_models",
        "verify_audit_log",
        "show_audit_log",
        "find_expired",
        "preview_sending",
    ),  # they show no person's data
}
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def test_every_function_of_the_pipeline_is_recorded_or_named_here() -> None:
    own = [one for name, one in vars(pipeline).items() if inspect.isfunction(one) and name[0] != "_"]
    own = [one for one in own if one.__module__ == pipeline.__name__]
    assert {one.__name__ for one in own if not hasattr(one, RECORDED)} == NOT_RECORDED


@pytest.mark.parametrize(
    ("error", "outcome"), [(UserError("no"), "refused"), (ValueError("no"), "failed"), (KeyboardInterrupt(), "stopped")]
)
def test_how_it_ended_is_on_record(tmp_path: Path, error: BaseException, outcome: str) -> None:
    @recorded("score", clock=lambda: NOON)
    def score(workspace: Path) -> None:
        raise error

    with pytest.raises(type(error)):
        score(tmp_path)
    begun, ended = read_entries(tmp_path)
    assert (begun.outcome, ended.outcome, ended.of) == ("begun", outcome, begun.number)
    assert begun.at == "2026-11-28T12:00:00.000+00:00"


def test_who_decided_and_why_is_on_record(tmp_path: Path) -> None:
    @recorded("promote", "version")
    def promote(workspace: Path, version: str, decision: Decision) -> None:
        pass

    promote(tmp_path, "2", Decision("Li Na", "season, see the card", NOON))
    begun = read_entries(tmp_path)[0]
    assert (begun.by, begun.why, begun.facts) == ("Li Na", "season, see the card", {"version": "2"})


def test_a_month_and_a_part_of_a_request_are_on_record(tmp_path: Path) -> None:
    @recorded("what-if", "as_of", "decision.on")
    def view(workspace: Path, decision: Decision, *, as_of: date) -> None:
        pass

    view(tmp_path, Decision("Li Na", "to be seen", NOON), as_of=date(2026, 10, 31))
    assert read_entries(tmp_path)[0].facts == {"as_of": "2026-10-31", "on": "2026-11-28T12:00:00+00:00"}


def test_nothing_is_shown_where_the_log_cannot_be_written(tmp_path: Path) -> None:
    shown = []

    @recorded("explain")
    def explain(workspace: Path) -> None:
        shown.append("a person's data")

    (tmp_path / LOG).mkdir(parents=True)  # a folder stands where the log should be
    with pytest.raises(LogNotWritten):
        explain(tmp_path)
    assert shown == []


def test_where_only_the_end_cannot_be_recorded_it_says_that_the_deed_stands(tmp_path: Path) -> None:
    @recorded("score")
    def score(workspace: Path) -> None:
        (workspace / LOG).unlink()
        (workspace / LOG).mkdir()

    with pytest.raises(LogNotWritten, match=r"is done and stands, but the audit log ledger/audit\.jsonl cannot"):
        score(tmp_path)
