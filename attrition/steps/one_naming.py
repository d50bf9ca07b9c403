"""Refuse to mix: the products of a workspace call people either by staff numbers or by pseudonyms, as it declares."""

from __future__ import annotations

from pathlib import Path

from attrition.data.people.protection import PEOPLE, read_protection
from attrition.errors import UserError
from attrition.pilot.preregistration import FOLDER
from attrition.runs import Runs

NAMING = "has_pseudonyms"
"""Key of the panel's description."""


def agrees_with_declaration(workspace: Path) -> bool:
    """Return whether the panel calls people as the workspace declares; where there is none, it will."""
    about = Runs(workspace).panel_provenance()
    return not about or bool(about.get(NAMING, False)) == read_protection(workspace).pseudonyms


def require_one_naming(workspace: Path) -> None:
    """Refuse to add to products that call people otherwise than the workspace declares.

    Raises
    ------
    UserError
        There are scored months, a backtest or pilots beside a panel of the other kind.
    """
    runs = Runs(workspace)
    has_others = bool(runs.months()) or runs.has_backtest() or (workspace / FOLDER).is_dir()
    if agrees_with_declaration(workspace) or not has_others:
        return
    if read_protection(workspace).pseudonyms:
        raise UserError(
            "{path} declares pseudonyms, and products here hold staff numbers: `attrition pseudonyms on` rewrites them",
            path=PEOPLE,
        )
    raise UserError(
        "{path} declares no pseudonyms, and products here hold them: `attrition pseudonyms off` rewrites them",
        path=PEOPLE,
    )
