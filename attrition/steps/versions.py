"""The registered versions of a workspace, with their aliases and the decisions about them."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.model import aliases

if TYPE_CHECKING:
    from attrition.model.aliases import AliasChange, Version

NEVER_EVALUATED = "never evaluated"
"""The failed criterion of a version that was registered and whose evaluation never finished."""


@dataclass(frozen=True)
class VersionList:
    """Every registered version, and every decision about them, oldest first."""

    versions: Sequence[Version]
    decisions: Sequence[AliasChange]


def list_versions(workspace: Path) -> VersionList:
    """Read the registry without loading MLflow; empty where nothing was registered."""
    return VersionList(aliases.registered_versions(workspace), aliases.alias_history(workspace))


def find_version(workspace: Path, number: str) -> Version:
    """Return one registered version.

    Raises
    ------
    UserError
        There is no such version.
    """
    aliases.folder_of(workspace, number)
    return next(version for version in aliases.registered_versions(workspace) if version.number == number)


def failed_checks(version: Version) -> list[str]:
    """Return the promotion criteria a version failed; one whose evaluation never finished has failed that alone."""
    if version.tags.get(aliases.PASSED_TAG) == "true":
        return []
    return [name for name in version.tags.get(aliases.FAILED_TAG, "").split("; ") if name] or [NEVER_EVALUATED]


def promotion_command(version: Version) -> str:
    """Return the command by which a person makes a version the champion, with every criterion that it failed.

    Examples
    --------
    >>> tags = {"promotion_passed": "false", "promotion_failed": "calibration slope"}
    >>> promotion_command(aliases.Version("2", (), tags, {}))
    "attrition models promote 2 --by NAME --reason 'WHY, IN WORDS' --despite 'calibration slope'"
    """
    waivers = [word for name in failed_checks(version) for word in ("--despite", name)]
    words = ["attrition", "models", "promote", version.number, "--by", "NAME", "--reason", "WHY, IN WORDS", *waivers]
    return shlex.join(words)
