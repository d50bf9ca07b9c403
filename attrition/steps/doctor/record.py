"""The audit log: whether it is whole, and whether its anchors are in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from attrition.ledger.audit_log import LOG
from attrition.message import Message, counted
from attrition.steps.audit import verify_log
from attrition.steps.doctor.finding import Line, look, ok


def examine_record(workspace: Path) -> Iterator[Line]:
    """Look at the chain of the audit log; where it breaks, `verify_log` raises what is wrong and what to do."""
    if not (workspace / LOG).exists():
        yield look(
            Message("there is no audit log yet, {log}", log=LOG.as_posix()),
            Message("nothing in a new workspace; in one with products, bring it back from a backup"),
        )
        return
    log = verify_log(workspace)
    yield ok(
        counted(
            "{count} entry, each follows from the one before",
            "{count} entries, each follows from the one before",
            log.head.number,
        )
    )
    if log.is_last_unfinished:
        yield look(
            Message("the last line of {log} is unfinished, by a run that was killed", log=LOG.as_posix()),
            Message("nothing: the next entry cuts it off and says so"),
        )
