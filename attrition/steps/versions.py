"""The registered versions of a workspace, with their aliases and the decisions about them."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.message import Message, counted, joined
from attrition.model import aliases
from attrition.model.registry_records import FAILED_TAG, PASSED_TAG, Version

if TYPE_CHECKING:
    from attrition.data.progress import Progress
    from attrition.model.registry_records import AliasChange, RegistryState

NEVER_EVALUATED = "never evaluated"
"""The failed criterion of a version that was registered and whose evaluation never finished."""


@dataclass(frozen=True)
class VersionList:
    """Every registered version, and every decision about them, oldest first."""

    versions: Sequence[Version]
    decisions: Sequence[AliasChange]
    remark: Message | None = None


def list_versions(workspace: Path) -> VersionList:
    """Read the registry; empty where nothing was registered."""
    state = aliases.read_state(workspace)
    return VersionList(state.listed(), list(state.history.values()), outage_sentence(state))


OUTAGES = {
    "unreachable": Message("the MLflow server {server} has not answered since {since}"),
    "forbidden": Message("the MLflow server {server} has not let this user in since {since}"),
    "untrusted": Message("the certificate of the MLflow server {server} has not been trusted here since {since}"),
}


def outage_sentence(state: RegistryState) -> Message | None:
    """Return since when the server is away, and what waits for the registry; None where nothing is amiss.

    Examples
    --------
    >>> from attrition.model.registry_records import Outage, RegistryState
    >>> away = Outage("https://ml", "2026-11-02T09:05:00+00:00", "2026-11-02T08:00:00+00:00", "unreachable")
    >>> print(outage_sentence(RegistryState(outage=away, waiting=1)))  # doctest: +ELLIPSIS
    the MLflow server https://ml has not answered since 2026-11-02 09:05 UTC; what it held at ... 1 change waits for ...
    """
    parts: list[str] = []
    if (outage := state.outage) is not None:
        away = Message(OUTAGES[outage.why].template, server=outage.server, since=_minute(outage.since))
        held = Message(
            "what it held at {last} goes on from checked copies in this workspace", last=_minute(outage.last_answer)
        )
        parts += [away, held]
    if state.waiting:
        parts.append(
            counted("{count} change waits for the registry", "{count} changes wait for the registry", state.waiting)
        )
    if state.refused:
        parts.append(
            Message(
                "{count} of the decisions made here were not taken over, since another workspace with the same models "
                "had decided meanwhile: mlartifacts/refused.json",
                count=state.refused,
            )
        )
    return joined("; ", parts) if parts else None


def _minute(moment: str) -> str:
    return f"{moment[:10]} {moment[11:16]} UTC"


def find_version(workspace: Path, number: str) -> Version:
    """Return one registered version.

    Raises
    ------
    UserError
        There is no such version.
    """
    aliases.folder_of(workspace, number)
    return next(version for version in aliases.registered_versions(workspace) if version.number == number)


def move_versions(workspace: Path, *, progress: Progress) -> list[str]:
    """Move every version from the workspace's own file to the declared server; return their numbers."""
    from attrition.model.registry_move import move_to_server

    return move_to_server(workspace, progress=progress)


def failed_checks(version: Version) -> list[str]:
    """Return the promotion criteria a version failed; one whose evaluation never finished has failed that alone."""
    if version.tags.get(PASSED_TAG) == "true":
        return []
    return [name for name in version.tags.get(FAILED_TAG, "").split("; ") if name] or [NEVER_EVALUATED]


def promotion_command(version: Version) -> str:
    """Return the command by which a person makes a version the champion, with every criterion that it failed.

    Examples
    --------
    >>> tags = {"promotion_passed": "false", "promotion_failed": "calibration slope"}
    >>> promotion_command(Version("2", (), tags))
    "attrition models promote 2 --by NAME --reason 'WHY, IN WORDS' --despite 'calibration slope'"
    """
    waivers = [word for name in failed_checks(version) for word in ("--despite", name)]
    words = ["attrition", "models", "promote", version.number, "--by", "NAME", "--reason", "WHY, IN WORDS", *waivers]
    return shlex.join(words)
