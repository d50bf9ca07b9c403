"""Pilots of a workspace: designed by random assignment, read by intention to treat, or compared without assignment."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from attrition import declared
from attrition.errors import DataError
from attrition.steps.declarations import PLAYBOOK

if TYPE_CHECKING:
    from attrition.model.panel import Panel
    from attrition.pilot.draw import DesignRequest


def require_new_pilot(workspace: Path, name: str, intervention: str) -> None:
    """Refuse a pilot whose name is taken, or of what cannot be tried; neither needs a panel to be seen."""
    from attrition.predict.playbook import Playbook
    from attrition.steps.pilot_design import require_new_name
    from attrition.steps.pilot_files import triable

    require_new_name(workspace, name)
    triable(declared.read(workspace / PLAYBOOK, Playbook), intervention)


def require_pilot(workspace: Path, name: str) -> None:
    """Raise `MissingProduct` where no pilot of that name was designed."""
    from attrition.pilot.preregistration import require_design

    require_design(workspace, name)


def design_pilot(workspace: Path, panel: Panel, request: DesignRequest, *, intervention: str) -> list[Path]:
    """Assign agents of a scored month at random and preregister the design; return its folder."""
    from attrition.steps.pilot_design import make_design

    return make_design(workspace, panel, request, intervention=intervention)


def read_pilot(workspace: Path, panel: Panel, name: str, *, as_of: date | None) -> list[Path]:
    """Read a preregistered pilot as known at a month-end; return ``reading.json``, the pages, and any lesson."""
    from attrition.steps.pilot_reading import make_reading

    return make_reading(workspace, panel, name, known_at=_known_at(panel, as_of))


def observe_intervention(workspace: Path, panel: Panel, intervention: str, *, as_of: date | None) -> list[Path]:
    """Compare agents who received an intervention without a pilot with others like them; return the pages."""
    from attrition.steps.pilot_reading import make_observation

    return make_observation(workspace, panel, intervention, known_at=_known_at(panel, as_of))


def _known_at(panel: Panel, as_of: date | None) -> date:
    """Return the month-end to look back from: the end of the data unless an earlier one is requested."""
    if as_of is not None and as_of > panel.data_ends:
        raise DataError(
            "nothing is known as of {as_of:%Y-%m}; the data end with {data_ends:%Y-%m}",
            as_of=as_of,
            data_ends=panel.data_ends,
        )
    return as_of or panel.data_ends
