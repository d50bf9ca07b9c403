"""What a workspace has decided and its registry has not yet: written down first, then handed over call by call.

MLflow's client changes one alias or tag at a time. So each change is first written into the workspace in one step, and
holds from then on for every command; a process that is killed, or a server that goes away, between two calls leaves
an entry, and the next command that reads the registry hands over the rest. Every call may be made twice.

Of a decision the entry of the history goes first, then the tags of the version. Of the aliases, ``previous`` goes
before ``champion``, so that at each moment there is a champion and nobody forgets who was; an alias is removed last.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from attrition.data.atomic import atomic_file
from attrition.data.lock import waiting_for
from attrition.data.modes import make_folder
from attrition.data.swap import HIDDEN, at_once
from attrition.model.mlflow_link import Link, connected
from attrition.model.mlflow_refusals import ServerForbids, ServerUnavailable
from attrition.model.registry_copy import amend_answer
from attrition.model.registry_file import ARTIFACTS, path_in_workspace
from attrition.model.registry_records import (
    CHALLENGER,
    CHAMPION,
    PREVIOUS,
    PROVISIONAL,
    AliasChange,
    RegistryState,
    change_from,
    history_from,
    history_key,
)

OUTBOX, REFUSED, LOCK, WAIT_SECONDS = "outbox.json", "refused.json", "registry.lock", 120
ORDER = (PREVIOUS, PROVISIONAL, CHAMPION, CHALLENGER)
EVALUATION_FOLDER = "evaluation"
"""The artifact folder of a run with the tables and figures for people; the model itself is another artifact."""


@dataclass(frozen=True)
class Decided:
    """A decision: its number in the history, its entry there, and the version of each alias; None where it goes."""

    number: int
    change: AliasChange
    targets: Mapping[str, str | None]

    def on(self, state: RegistryState) -> RegistryState:
        """Return the state after it."""
        return state.decided(self.number, self.change, self.targets)

    def calls(self, link: Link, name: str, workspace: Path) -> Iterator[Callable[[], Any]]:
        """Yield the calls that are still to be made.

        Raises
        ------
        NumberTaken
            The history holds another decision of this number.
        """
        model, key = link.client.get_registered_model(name), history_key(self.number)
        history = history_from(model.tags)
        if self.number in history and history[self.number] != self.change:
            raise NumberTaken
        if max(history, default=0) > self.number:
            return  # what was decided since holds, and this one is on record
        yield partial(link.client.set_registered_model_tag, name, key, self.change.as_text)
        for tag, value in self.change.version_tags.items():
            yield partial(link.client.set_model_version_tag, name, self.change.version, tag, value)
        for alias in ORDER:
            target = self.targets.get(alias)
            if target is not None and str(model.aliases.get(alias)) != target:
                yield partial(link.client.set_registered_model_alias, name, alias, target)
        for alias in ORDER:
            if alias in self.targets and self.targets[alias] is None and alias in model.aliases:
                yield partial(link.client.delete_registered_model_alias, name, alias)


@dataclass(frozen=True)
class Tagged:
    """Tags of a version, and of its run where `on_run`."""

    version: str
    tags: Mapping[str, str]
    on_run: bool = False

    def on(self, state: RegistryState) -> RegistryState:
        """Return the state with them."""
        return state.with_tags(self.version, self.tags)

    def calls(self, link: Link, name: str, workspace: Path) -> Iterator[Callable[[], Any]]:
        """Yield the calls to be made."""
        run = link.client.get_model_version(name, self.version).run_id if self.on_run else None
        for key, value in self.tags.items():
            yield partial(link.client.set_model_version_tag, name, self.version, key, value)
            if run:
                yield partial(link.client.set_tag, run, key, value)


@dataclass(frozen=True)
class Described:
    """The card of a version: a folder in the workspace that goes to the run, and the text beside the version."""

    version: str
    folder: str
    text: str

    def on(self, state: RegistryState) -> RegistryState:
        """Return the state; a card changes nothing in it."""
        return state

    def calls(self, link: Link, name: str, workspace: Path) -> Iterator[Callable[[], Any]]:
        """Yield the calls to be made; a folder that is gone by now is left."""
        run = link.client.get_model_version(name, self.version).run_id
        if run and (workspace / self.folder).is_dir():
            yield partial(_add_files, link, run, workspace / self.folder, workspace)
        yield partial(link.client.update_model_version, name, self.version, self.text)


Entry = Decided | Tagged | Described
_KINDS: dict[str, type[Entry]] = {"decided": Decided, "tagged": Tagged, "described": Described}


class NumberTaken(Exception):
    """Another workspace, of which this is a copy or which is a copy of this, has decided since."""


class Unfinished(Exception):
    """Some calls of an entry were made, and then one failed."""


def read_outbox(workspace: Path) -> list[Entry]:
    """Return what waits, the oldest first."""
    try:
        content = json.loads((workspace / ARTIFACTS / OUTBOX).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    return [_entry_from(entry) for entry in content]


def with_waiting(workspace: Path, state: RegistryState) -> RegistryState:
    """Return a state with all that waits in it."""
    waiting = read_outbox(workspace)
    for entry in waiting:
        state = entry.on(state)
    return replace(state, waiting=len(waiting), refused=_count_refused(workspace))


def submit(workspace: Path, entries: Sequence[Entry], *, name: str, may_send: bool) -> None:
    """Write entries down, and hand them over; the lock must be held.

    Parameters
    ----------
    may_send : bool
        Whether the registry answers; where not, they wait.

    Raises
    ------
    UserError
        The registry refused the first call, so that nothing was changed and nothing waits.
    """
    before = read_outbox(workspace)
    _write(workspace, [*before, *entries])
    if not may_send:
        return
    try:
        hand_over(workspace, name=name)
    except (Unfinished, ImportError):
        return
    except Exception as error:
        if isinstance(error, ServerUnavailable) and not isinstance(error, ServerForbids):
            return
        if read_outbox(workspace)[-len(entries) :] == list(entries):
            _write(workspace, read_outbox(workspace)[: -len(entries)])
        raise


def hand_over(workspace: Path, *, name: str) -> None:
    """Hand over what waits, entry by entry; the lock must be held.

    Raises
    ------
    Unfinished
        Some of an entry was handed over, and the rest waits.
    """
    waiting = read_outbox(workspace)
    if not waiting:
        return
    with connected(workspace) as link:
        for number, entry in enumerate(waiting, 1):
            if _hand_over_one(workspace, link, entry, name):
                amend_answer(workspace, entry.on)  # before it is gone here, since the server may be gone next
            _write(workspace, waiting[number:])


def complete(workspace: Path, *, name: str) -> bool:
    """Hand over what a command before could not; return whether anything was, and leave it where that fails again."""
    with suppress(Exception), registry_lock(workspace, seconds=1):
        hand_over(workspace, name=name)
        return True
    return False


@contextmanager
def registry_lock(workspace: Path, *, seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Be the only one that changes the registry of this workspace while the block runs."""
    make_folder(workspace / HIDDEN)
    with waiting_for(workspace / HIDDEN / LOCK, seconds=seconds):
        yield


def _hand_over_one(workspace: Path, link: Link, entry: Entry, name: str) -> bool:
    """Make the calls that are left of an entry; return whether the registry took it."""
    made = 0
    try:
        for call in entry.calls(link, link.registered(name), workspace):
            call()
            made += 1
    except NumberTaken:
        _refuse(workspace, entry)
        return False
    except Exception as error:
        if made:
            raise Unfinished from error
        raise
    return True


def _add_files(link: Link, run: str, folder: Path, workspace: Path) -> None:
    """Add files to what a run was evaluated with; in the workspace itself they are copied.

    MLflow remembers for each run where its files lie, for as long as a process lives, also when the workspace moved.
    """
    if link.server is not None:
        link.client.log_artifacts(run, str(folder), EVALUATION_FOLDER)
        return
    place = path_in_workspace(workspace, link.client.get_run(run).info.artifact_uri)
    if place is not None:
        shutil.copytree(folder, place / EVALUATION_FOLDER, dirs_exist_ok=True)


def _refuse(workspace: Path, entry: Entry) -> None:
    """Put an entry aside that the registry will never take."""
    path = workspace / ARTIFACTS / REFUSED
    refused = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    with at_once(), atomic_file(path) as part:
        part.write_text(json.dumps([*refused, _content(entry)], indent=1, ensure_ascii=False), encoding="utf-8")


def _count_refused(workspace: Path) -> int:
    path = workspace / ARTIFACTS / REFUSED
    return len(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else 0


def _write(workspace: Path, entries: Sequence[Entry]) -> None:
    """Write what waits in one step; where nothing does, no file is left."""
    path = workspace / ARTIFACTS / OUTBOX
    if not entries:
        path.unlink(missing_ok=True)
        return
    with at_once(), atomic_file(path) as part:
        part.write_text(json.dumps(list(map(_content, entries)), indent=1, ensure_ascii=False), encoding="utf-8")


def _content(entry: Entry) -> dict[str, Any]:
    kind = next(kind for kind, of_kind in _KINDS.items() if isinstance(entry, of_kind))
    return {"kind": kind, **asdict(entry)}


def _entry_from(content: Mapping[str, Any]) -> Entry:
    fields = {key: value for key, value in content.items() if key != "kind"}
    if content["kind"] == "decided":
        fields["change"] = change_from(fields["change"])
    return _KINDS[content["kind"]](**fields)
