"""What the registry of models holds of a model: its versions, their aliases, and every decision about them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

CHAMPION, PROVISIONAL, CHALLENGER, PREVIOUS = "champion", "provisional", "challenger", "previous"
MADE_PROVISIONAL = "made provisional"
"""What was decided on a version that may score although something could not be shown of it."""
MODEL = "resignation"
ARTIFACT = "fitted"
"""Name of the MLflow artifact that holds the folder of the fitted model."""
PASSED_TAG, FAILED_TAG = "promotion_passed", "promotion_failed"
"""Names of a version's tags: whether it passed every promotion criterion, and which criteria it failed."""
FILES_TAG = "files_sha256"
"""Name of the version's tag that holds path, size and hash of every file, as `attrition.model.file_hashes.as_text`."""
OWNER_TAG = "attrition.workspace"
"""Name of the registered model's tag that says whose versions it holds, so that two sites do not mix theirs."""
REGISTERED_TAG = "attrition.registered_at"
"""Name of the tag of a version that was moved to a server: when it was registered, in milliseconds since 1970, UTC."""
HISTORY_TAG_PREFIX = "attrition.history."
"""Prefix of the registered model's tags that keep the history as JSON, one numbered tag per entry."""


@dataclass(frozen=True)
class AliasChange:
    """One entry of the history of aliases: what was decided on a version, when (ISO 8601), by whom, and why.

    `what` is "promoted", "made provisional", "rolled back to" or "kept out"; `despite` lists the promotion criteria
    that a promoted version had failed. The names of the fields are the keys of the stored JSON.
    """

    what: str
    version: str
    on: str
    by: str
    why: str
    despite: tuple[str, ...] = ()

    @property
    def as_text(self) -> str:
        """The entry as it is kept in a tag."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @property
    def version_tags(self) -> dict[str, str]:
        """The tags by which the version itself tells what was decided on it last."""
        tags = {"decided": self.what, "decided_on": self.on, "decided_by": self.by, "decided_because": self.why}
        return tags | ({"promoted_despite": "; ".join(self.despite)} if self.despite else {})


def change_from(entry: Mapping[str, Any]) -> AliasChange:
    """Return an entry of the history from its stored form.

    Examples
    --------
    >>> change = AliasChange("promoted", "2", "2026-11-02T09:00:00+00:00", "Li Na", "new pay", ("auc",))
    >>> change_from(json.loads(change.as_text)) == change
    True
    """
    return AliasChange(**{**entry, "despite": tuple(entry["despite"])})


@dataclass(frozen=True)
class Version:
    """A registered version: its number, aliases and tags, its run, when it was registered, and where its files lie.

    Parameters
    ----------
    registered_at : int
        Milliseconds since 1970, UTC.
    location : str
        As the embedded registry keeps it; empty on a server, whose files are copied into the workspace.
    """

    number: str
    aliases: tuple[str, ...]
    tags: dict[str, str]
    run_id: str = ""
    registered_at: int = 0
    location: str = ""


@dataclass(frozen=True)
class Outage:
    """A server that does not answer: which, since when, and when it last did, as ISO 8601 in UTC; and why."""

    server: str
    since: str
    last_answer: str
    why: str


@dataclass(frozen=True)
class RegistryState:
    """What the registry holds of one model at one moment; decisions that are not yet there are in it already.

    Parameters
    ----------
    aliases : dict of str to str
        Version number by alias.
    history : dict of int to AliasChange
        Every decision by its number, from 1 on.
    versions : dict of str to Version
        By number, the oldest first.
    outage : Outage or None
        Set where the server did not answer, so that this is what it held when it last did.
    waiting, refused : int
        How many entries wait in the workspace until the registry takes them; and how many it never will, since another
        workspace's decision has their number.
    """

    aliases: dict[str, str] = field(default_factory=dict)
    history: dict[int, AliasChange] = field(default_factory=dict)
    versions: dict[str, Version] = field(default_factory=dict)
    outage: Outage | None = None
    waiting: int = 0
    refused: int = 0

    def with_tags(self, number: str, tags: Mapping[str, str]) -> RegistryState:
        """Return the state with further tags of a version."""
        if (version := self.versions.get(number)) is None:
            return self
        return replace(self, versions=self.versions | {number: replace(version, tags=version.tags | dict(tags))})

    def decided(self, number: int, change: AliasChange, targets: Mapping[str, str | None]) -> RegistryState:
        """Return the state after a decision."""
        moved = {alias: version for alias, version in {**self.aliases, **targets}.items() if version is not None}
        history = dict(sorted((self.history | {number: change}).items()))
        return replace(self, aliases=moved, history=history).with_tags(change.version, change.version_tags)

    def listed(self) -> list[Version]:
        """Return the versions with their aliases, the oldest first."""
        aliases = {number: tuple(sorted(a for a, v in self.aliases.items() if v == number)) for number in self.versions}
        return [replace(version, aliases=aliases[number]) for number, version in self.versions.items()]

    def as_content(self) -> dict[str, Any]:
        """Return aliases, history and versions as they are kept in a file."""
        history = {str(number): asdict(change) for number, change in self.history.items()}
        versions = [asdict(version) for version in self.versions.values()]
        return {"aliases": self.aliases, "history": history, "versions": versions}


def state_from(content: Mapping[str, Any]) -> RegistryState:
    """Return the state that `RegistryState.as_content` described."""
    versions = (Version(**{**entry, "aliases": tuple(entry["aliases"])}) for entry in content["versions"])
    return RegistryState(
        aliases=dict(content["aliases"]),
        history={int(number): change_from(entry) for number, entry in content["history"].items()},
        versions={version.number: version for version in versions},
    )


def history_from(tags: Mapping[str, str]) -> dict[int, AliasChange]:
    """Return the decisions that a registered model's tags hold, by number, the oldest first."""
    keys = sorted(key for key in tags if key.startswith(HISTORY_TAG_PREFIX))
    return {int(key.removeprefix(HISTORY_TAG_PREFIX)): change_from(json.loads(tags[key])) for key in keys}


def history_key(number: int) -> str:
    """Return the name of the registered model's tag that keeps a decision.

    Examples
    --------
    >>> history_key(3)
    'attrition.history.000003'
    """
    return f"{HISTORY_TAG_PREFIX}{number:06d}"
