"""What commands begin with: a declared specification, a panel that is fresh, a month of it, and how far levels err."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition import declared
from attrition.errors import DataError
from attrition.jobs import PanelJob
from attrition.runs import Runs, features_of

if TYPE_CHECKING:
    import pandas as pd

    from attrition.features.declare import Feature
    from attrition.model.spec import Spec

Progress = Callable[[str], None]


def declared_spec(workspace: Path, model: str = "resignation") -> Spec:
    """Read the specification of a model."""
    from attrition.model.spec import Spec

    return declared.read(workspace / "models" / f"{model}.toml", Spec)


def fresh_panel(
    workspace: Path, progress: Progress
) -> tuple[pd.DataFrame, pd.DataFrame, list[Feature], Mapping[str, Any]]:
    """Read the panel; make it first when there is none, or when an input, a declaration or the code has changed."""
    from attrition.steps.panel import fingerprint, make_panel

    runs, job = Runs(workspace), declared.read(workspace / "pipelines" / "panel.toml", PanelJob)
    made_from = fingerprint(workspace, job)
    if made_from is None or runs.about_panel().get("made_from") != made_from:
        make_panel(workspace, job, progress=progress)
    progress("reading the panel")
    rows, outcomes, about = runs.read_panel()
    return rows, outcomes, features_of(about), about


def month_of(rows: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Take one month of a table."""
    month = rows[rows["as_of"].dt.date == as_of]
    if month.empty:
        first, last = rows["as_of"].min(), rows["as_of"].max()
        raise DataError(f"nobody is at risk on {as_of}; the data hold the months {first:%Y-%m} to {last:%Y-%m}")
    return month.reset_index(drop=True)


def level_error(workspace: Path, spec: Spec) -> float:
    """Say by how much the level of risk was off from month to month in the backtest; the usual where there is none."""
    from attrition.predict.expected import SHARED_ERROR, shared_error

    runs = Runs(workspace)
    if not runs.has_backtest():
        return SHARED_ERROR
    scores = runs.read_backtest("scores")
    judged = scores[(scores["horizon_months"] == spec.headline) & scores["resigned"].notna()]
    return shared_error(judged, horizon=spec.headline)
