"""Open what a life table needs: hires and exits, held against each other, without the history that a panel needs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from attrition.data import engine, sources
from attrition.data.centre import Centre, hold_together, manifest_of, refuse
from attrition.data.faults import NUMBER_READ
from attrition.data.files.watched import naming_damage
from attrition.data.loading import load_tables
from attrition.data.people.person_faults import is_one_list, no_history
from attrition.data.required_tables import undeclared_tables
from attrition.data.sources import Sources
from attrition.errors import Fault


def open_people(workspace: Path) -> Centre:
    """Return the centre of a workspace, also where it holds a list of people and no history.

    A staff number that a spreadsheet wrote as a number is no obstacle where it links nothing: where the hire and the
    exit stand in the same row.

    Raises
    ------
    DataError
        Hires or exits are not declared, or a table has another fault that stops.
    """
    declared = sources.read(workspace)
    con = engine.open_duckdb(time_zone=declared.site.time_zone)
    loaded = load_tables(con, declared, workspace)
    needed = [] if no_history(declared) else undeclared_tables(declared)
    refuse([*needed, *_without_numbers(loaded.faults, declared)])
    with naming_damage(manifest_of(loaded), workspace):
        centre = hold_together(con, declared, loaded, loaded.faults)
    refuse(_without_numbers(centre.faults, declared))
    return centre


def _without_numbers(faults: Sequence[Fault], declared: Sources) -> list[Fault]:
    """Return the faults without those of staff numbers, where these link nothing."""
    return [fault for fault in faults if not (is_one_list(declared) and fault.check == NUMBER_READ)]
