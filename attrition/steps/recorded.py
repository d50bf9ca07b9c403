"""The one place where the audit log is written: what a function of the pipeline did, for commands and Python alike."""

from __future__ import annotations

import getpass
import inspect
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial, wraps
from importlib import metadata
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from attrition.errors import AttritionError, UserError
from attrition.ledger.audit_log import LogNotWritten, append
from attrition.ledger.chain import Entry
from attrition.ledger.persons import find_person, seal
from attrition.model import aliases

P = ParamSpec("P")
R = TypeVar("R")
Clock = Callable[[], datetime]
NOW: Clock = partial(datetime.now, UTC)
RECORDED = "recorded_as"
"""Attribute of a function that is recorded: its action in the log."""


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What is about to be done, and by whom.

    Parameters
    ----------
    action : str
    facts : mapping
        What goes on record in the clear.
    by, why : str
        Who decided, and their reason; the reason is sealed where there are people.
    people : sequence of str
        Whom it is about: staff numbers, or pseudonyms.
    sealed : mapping
        What goes on record about them, encrypted with the key of each.
    """

    action: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    by: str = ""
    why: str = ""
    people: Sequence[str] = ()
    sealed: Mapping[str, Any] = field(default_factory=dict)


def recorded(
    action: str, *facts: str, person: str = "", sealed: Sequence[str] = (), clock: Clock = NOW
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Record each call of a function whose first parameter is the workspace: that it began, and how it ended.

    Parameters
    ----------
    action : str
        Its name in the log.
    facts : str
        Parameters whose values go on record; a part of one is written "request.as_of". A parameter with `by` and `why`
        says who decided, and why.
    person : str
        The parameter that names one person, or several: they stand in the log encrypted, each with their own key.
    sealed : sequence of str
        Parameters whose values go on record with the person only.
    clock : callable
        Returns the time in UTC.

    Examples
    --------
    >>> import tempfile
    >>> from attrition.ledger.audit_log import read_entries
    >>> @recorded("score", "as_of")
    ... def score(workspace, as_of):
    ...     return "done"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = score(Path(folder), date(2026, 10, 31))
    ...     [(entry.action, entry.outcome, entry.facts, entry.of) for entry in read_entries(Path(folder))]
    [('score', 'begun', {'as_of': '2026-10-31'}, 0), ('score', 'done', {}, 1)]
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)

        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            arguments = signature.bind(*args, **kwargs).arguments
            by, why = _decision(arguments)
            deed = Deed(
                action=action,
                facts=_values(arguments, facts),
                by=by,
                why=why,
                people=_people(arguments, person),
                sealed=_values(arguments, sealed),
            )
            with on_record(Path(arguments["workspace"]), deed, clock):
                return function(*args, **kwargs)

        vars(run)[RECORDED] = action
        return run

    return decorate


@contextmanager
def on_record(workspace: Path, deed: Deed, clock: Clock = NOW) -> Iterator[Entry]:
    """Put a deed on record before it begins, and how it ended afterwards.

    Raises
    ------
    LogNotWritten
        The log cannot be written; nothing was done, or where that was so only at the end, what was done stands.
    """
    begun = append(workspace, _entry(workspace, deed, clock()))
    end = replace(begun, of=begun.number, facts={}, about=(), by="", why="")
    try:
        yield begun
    except BaseException as error:
        with suppress(LogNotWritten):  # what stopped the run matters more; that it began is on record
            append(workspace, replace(end, at=_text(clock()), outcome=_outcome(error)))
        raise
    try:
        append(workspace, replace(end, at=_text(clock()), outcome="done", model=model_in_use(workspace)))
    except LogNotWritten as refusal:
        raise LogNotWritten(
            "what was to be done is done and stands, but the audit log {log} cannot be written any more ({error}), so "
            "that its end is not on record: mend that before the next run",
            **refusal.message.values,
        ) from None


def _outcome(error: BaseException) -> str:
    if isinstance(error, UserError):
        return "refused"
    return "failed" if isinstance(error, Exception) else "stopped"


def model_in_use(workspace: Path) -> str:
    """Return the version of the model in use; empty where there is none, or the registry cannot be read."""
    try:
        return aliases.version_in_use(workspace) or ""
    except (AttritionError, OSError, sqlite3.Error):
        return ""


def _entry(workspace: Path, deed: Deed, now: datetime) -> Entry:
    about = _about(workspace, deed)
    unknown = {} if about or not deed.people else {"person": "not known"}
    return Entry(
        at=_text(now),
        action=deed.action,
        outcome="begun",
        user=_account(),
        by=deed.by.strip(),
        why="" if deed.people else deed.why.strip(),
        model=model_in_use(workspace),
        attrition=_program(),
        facts=dict(deed.facts) | unknown,
        about=about,
    )


def _about(workspace: Path, deed: Deed) -> tuple[str, ...]:
    """Return what goes on record about each person, sealed; nothing about those who are not known, or were erased."""
    people = [find_person(workspace, typed) for typed in deed.people]
    about = ({"person": person.agent_id, "why": deed.why.strip(), **deed.sealed} for person in people)
    return tuple(filter(None, (seal(workspace, person, text) for person, text in zip(people, about, strict=True))))


def _program() -> str:
    """Return the version of attrition; empty where it runs without being installed."""
    try:
        return metadata.version("attrition")
    except metadata.PackageNotFoundError:
        return ""


def _account() -> str:
    """Return the account of the machine that runs this; its number where it has no name, as in some containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"account {os.getuid()}"


def _decision(arguments: Mapping[str, Any]) -> tuple[str, str]:
    """Return who decided and why, of whichever argument knows both."""
    for value in arguments.values():
        if hasattr(value, "by") and hasattr(value, "why"):
            return value.by, value.why
    return "", ""


def _people(arguments: Mapping[str, Any], name: str) -> Sequence[str]:
    value = _value(arguments, name) if name else ()
    return (value,) if isinstance(value, str) else tuple(value or ())


def _values(arguments: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name.rpartition(".")[2]: _plain(_value(arguments, name)) for name in names}


def _value(arguments: Mapping[str, Any], name: str) -> Any:
    first, *parts = name.split(".")
    value = arguments.get(first)
    for part in parts:
        value = getattr(value, part, None)
    return value


def _plain(value: Any) -> Any:
    """Return a value as JSON holds it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(part) for part in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
