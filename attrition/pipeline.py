"""One straight-line function per command: the page to read first.

Each function takes a workspace, makes its products whole or not at all, and gives back where they are.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from attrition.data.centre import Centre, open_centre
from attrition.exposure.opening import open_past
from attrition.exposure.span import begins
from attrition.features.registry import FAMILIES, declared
from attrition.features.registry import build as build_features
from attrition.labels.following import outcome_rows
from attrition.panel import write_panel
from attrition.runs import Runs

Progress = Callable[[str], None]


def panel(workspace: Path, *, progress: Progress) -> list[Path]:
    """Make the panel: every agent-month at risk, what was known about it then, and what followed."""
    progress("reading and checking the tables")
    centre = open_centre(workspace)
    progress("finding who was there to be lost")
    past = open_past(centre.tables, begins(centre.tables), pd.Timestamp(centre.data_ends))
    progress("building the features")
    families = FAMILIES
    table = build_features(past, families).cache()
    outcomes = outcome_rows(past.months, centre.tables["exits"])
    progress("writing the panel")
    known = declared(families)
    features = [known[name] for name in table.columns if name in known]
    return write_panel(Runs(workspace), table, outcomes, features=features, centre=centre)
