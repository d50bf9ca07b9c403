"""Change how people are called in a workspace: by pseudonyms, by staff numbers, or by pseudonyms of another key."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from attrition import workspace as workspaces
from attrition.data.atomic import atomic_file
from attrition.data.lock import exclusive_lock
from attrition.data.people import name_change
from attrition.data.people.people_key import FOLDER
from attrition.data.people.protection import PEOPLE, read_protection
from attrition.errors import UserError
from attrition.message import Message, counted
from attrition.steps.named_products import Handled, people_of_products, rename_products
from attrition.steps.one_naming import agrees_with_declaration

if TYPE_CHECKING:
    from attrition.data.people.name_change import Change
    from attrition.data.progress import Progress


def change_names(
    workspace: Path, change: Change, *, progress: Progress, environment: Mapping[str, str] = os.environ
) -> list[Handled]:
    """Rewrite or remove every product that names people, and declare the change; one that was killed is finished.

    Parameters
    ----------
    workspace : Path
        Its products call people as `pipelines/people.toml` says.
    change : {"on", "off", "rotate"}
        What to change to.

    Returns
    -------
    list of Handled
        What was done with each kind of product.

    Raises
    ------
    UserError
        The workspace is like that already, another change was interrupted, or another run changes names.
    """
    with exclusive_lock(workspace / FOLDER / "change.lock", what="change of pseudonyms"):
        unfinished = name_change.unfinished_change(workspace)
        if unfinished not in (None, change):
            raise UserError(
                "a change of how people are called was interrupted; `attrition pseudonyms {change}` finishes it",
                change=unfinished,
            )
        if unfinished is None:
            _begin(workspace, change, environment)
        progress("rewriting what names people")
        handled = rename_products(workspace, name_change.names_to_change(workspace))
        return [*handled, *_settle(workspace, change, environment)]


def _begin(workspace: Path, change: Change, environment: Mapping[str, str]) -> None:
    has_pseudonyms = read_protection(workspace).pseudonyms
    if change == "rotate":
        name_change.begin_rotation(workspace, environment=environment)
    elif has_pseudonyms == (change == "on") and agrees_with_declaration(workspace):
        raise UserError("people are called so in this workspace already; nothing was changed")
    elif change == "on":
        name_change.begin_on(workspace, people_of_products(workspace), environment=environment)
    else:
        name_change.begin_off(workspace, environment=environment)


def _settle(workspace: Path, change: Change, environment: Mapping[str, str]) -> list[Handled]:
    """Write the declaration and end the change; return what to know about it."""
    if change != "rotate":
        _declare(workspace, pseudonyms=change == "on")
        name_change.settle(workspace)
        return [Handled(PEOPLE.as_posix(), Message("declares it"))]
    forgotten = name_change.settle_rotation(workspace, environment=environment)
    if not forgotten:
        return []
    people = counted("{count} person", "{count} people", forgotten)
    lost = Message("without the old key nobody can tell who was erased ({people}): erase them again", people=people)
    return [Handled("people/people.sqlite", lost)]


def _declare(workspace: Path, *, pseudonyms: bool) -> None:
    """Write into pipelines/people.toml whether there are pseudonyms; the rest of it stays as it is."""
    path, line = workspace / PEOPLE, f"pseudonyms = {str(pseudonyms).lower()}"
    starter = workspaces.starter_files()[PEOPLE].decode("utf-8")
    text = path.read_text(encoding="utf-8") if path.exists() else starter
    text, times = re.subn(r"(?m)^\s*pseudonyms\s*=.*$", line, text)
    with atomic_file(path) as part:
        part.write_text(text if times else f"{line}\n{text}", encoding="utf-8", newline="\n")
