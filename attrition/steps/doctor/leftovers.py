"""What killed runs left behind, and who is at work now."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from attrition.data.at_work import command_at_work, killed_runs
from attrition.data.people.name_change import unfinished_change
from attrition.data.swap import is_interrupted
from attrition.message import Message, counted
from attrition.model.registry_file import unfinished_runs
from attrition.steps.doctor.finding import Line, look, ok

ANY_COMMAND = Message("nothing: the next command removes or completes that before it begins")


def examine_leftovers(workspace: Path) -> Iterator[Line]:
    """Look for what killed runs left: folders, a journal of renaming, a change of pseudonyms, runs of MLflow."""
    at_work = command_at_work(workspace)
    if at_work is not None:
        yield ok(at_work)
        return
    is_clean = True
    for line in _left(workspace):
        is_clean = False
        yield line
    if is_clean:
        yield ok(Message("nobody is at work, and no killed run left anything behind"))


def _left(workspace: Path) -> Iterator[Line]:
    if folders := killed_runs(workspace):
        yield look(
            counted(
                "a killed run left {count} folder behind",
                "killed runs left {count} folders behind",
                len(folders),
            ),
            ANY_COMMAND,
        )
    if is_interrupted(workspace):
        yield look(Message("a command was killed while it put its products in place"), ANY_COMMAND)
    if unfinished_change(workspace) is not None:
        yield look(Message("a change of pseudonyms was interrupted"), ANY_COMMAND)
    if runs := unfinished_runs(workspace):
        yield look(
            counted(
                "{count} training in mlflow.db never ended; it scores nobody",
                "{count} trainings in mlflow.db never ended; they score nobody",
                runs,
            ),
            Message("nothing has to be done; delete them in MLflow's pages if they are in the way"),
        )
