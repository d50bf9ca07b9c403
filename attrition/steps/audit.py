"""The audit log for people: whether it is whole, what it says, and its anchors in the registry of models.

At each retrain, promotion and rollback the number and the hash of the last entry become a tag of the model's version. A
log that was cut off before that entry, or written anew, has no entry of that hash any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from attrition.errors import UserError
from attrition.ledger.audit_log import LOG, Head, head, read_entries, read_lines
from attrition.ledger.chain import Entry, first_break, parsed
from attrition.ledger.persons import find_person, unseal
from attrition.message import Message, joined
from attrition.model import aliases

ANCHOR_TAG = "attrition.audit.head"
"""Name of a version's tag: number and hash of the last entry of the audit log when something was decided on it."""


@dataclass(frozen=True)
class VerifiedLog:
    """A log that is whole: its last entry, the versions that are anchors of it, and whether a line is unfinished."""

    head: Head
    anchors: Sequence[str]
    is_last_unfinished: bool


@dataclass(frozen=True)
class Deed:
    """What was done: the entry that began it, and how it ended ("begun" where no end is on record)."""

    entry: Entry
    outcome: str


def anchor_log(workspace: Path, version: str) -> None:
    """Keep the last entry's number and hash as a tag of a registered version."""
    aliases.tag_version(workspace, version, {ANCHOR_TAG: str(head(workspace))})


def verify_log(workspace: Path, *, known: str = "") -> VerifiedLog:
    """Check that every entry follows from the one before, and that the anchors are in the log.

    Parameters
    ----------
    workspace : Path
        Whose log.
    known : str, optional
        The hash of an entry that was noted elsewhere; it must be in the log.

    Raises
    ------
    UserError
        Names the first line that does not follow, or the versions whose anchors are missing.
    """
    lines = read_lines(workspace)
    is_unfinished = _is_unfinished(workspace)
    whole = lines[:-1] if is_unfinished else lines
    if (number := first_break(whole)) is not None:
        raise UserError(
            "{log} breaks at line {number} of {lines}: the line was changed, or lines before it were removed or added; "
            "what stands before it is as it was written. Keep the file as evidence and compare it with your backup",
            log=LOG.as_posix(),
            number=number,
            lines=len(whole),
        )
    hashes = {f"{read[0].number}:{read[1]}" for line in whole if (read := parsed(line)) is not None}
    anchors = _anchors(workspace)
    missing = [version for version, anchor in anchors.items() if anchor not in hashes]
    if missing:
        raise UserError(
            "{log} has lost entries that were in it when these versions were decided on: {versions}; it was cut off "
            "or written anew. Keep the file as evidence and compare it with your backup",
            log=LOG.as_posix(),
            versions=joined(", ", missing),
        )
    if known and not any(name.endswith(f":{known}") for name in hashes):
        raise UserError("{log} holds no entry of that hash; it was cut off or written anew", log=LOG.as_posix())
    return VerifiedLog(head(workspace), list(anchors), is_unfinished)


def deeds(workspace: Path, *, action: str = "", since: date | None = None) -> list[Deed]:
    """Return what was done, the oldest first, each with its outcome.

    Raises
    ------
    UserError
        The log holds nothing of that action.
    """
    entries = read_entries(workspace)
    outcomes = {entry.of: entry.outcome for entry in entries if entry.of}
    begun = [Deed(entry, outcomes.get(entry.number, entry.outcome)) for entry in entries if not entry.of]
    actions = sorted({deed.entry.action for deed in begun})
    if action and action not in actions:
        raise UserError(
            'the audit log holds no "{action}"; it holds: {actions}',
            action=action,
            actions=joined(", ", actions) if actions else Message("nothing yet"),
        )
    return [
        deed
        for deed in begun
        if action in ("", deed.entry.action) and (since is None or deed.entry.at >= since.isoformat())
    ]


def deeds_about(workspace: Path, agent: str, *, action: str = "", since: date | None = None) -> list[Deed]:
    """Return what was done about one person, with the reasons that are sealed with their key.

    Raises
    ------
    UserError
        Nothing about a person of that number can be read: there is nothing, or they were erased.
    """
    person = find_person(workspace, agent)
    unsealed = (
        (deed, unseal(workspace, person, deed.entry.about)) for deed in deeds(workspace, action=action, since=since)
    )
    own = [Deed(replace(deed.entry, why=texts[0].get("why", "")), deed.outcome) for deed, texts in unsealed if texts]
    if not own:
        raise UserError(
            "nothing on record about a person of that number can be read; numbers are text, leading zeros count"
        )
    return own


def _anchors(workspace: Path) -> dict[str, str]:
    """Return the anchors by version."""
    versions = aliases.registered_versions(workspace)
    return {version.number: version.tags[ANCHOR_TAG] for version in versions if ANCHOR_TAG in version.tags}


def _is_unfinished(workspace: Path) -> bool:
    path = workspace / LOG
    return path.exists() and not path.read_bytes().endswith(b"\n") and path.stat().st_size > 0
