"""Gather what the centre's edition needs besides the month's tables: spells, judged agents, earlier months, steps."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.labels.outcomes import KEYS
from attrition.report.accounts import judged_agents
from attrition.runs import Runs

if TYPE_CHECKING:
    from attrition.model.spec import Spec

MONTHS = 12
"""How far back: judged scores, and rows of the panel."""


def centre_inputs(
    workspace: Path,
    outcomes: pd.DataFrame,
    *,
    as_of: date,
    spec: Spec,
    said: tuple[pd.DataFrame, pd.DataFrame],
) -> dict[str, Any]:
    """Gather fields of `attrition.report.products.Products`.

    Parameters
    ----------
    workspace : Path
        Folder of the site.
    outcomes : DataFrame
        What followed each agent-month, and where its agent worked.
    as_of : date
        The month reported on.
    spec : Spec
        Its model's declaration.
    said : tuple of DataFrame
        Scores of earlier months: issued, and made by the backtest for months in which none was issued.

    Returns
    -------
    dict
        ``spells``, ``judged``, ``frame``, ``driver_views``, ``given``, ``plan``.
    """
    runs = Runs(workspace)
    return {
        "spells": runs.read_spells(),
        "judged": _judged(said, outcomes, as_of=as_of, horizon=spec.headline),
        "frame": _frame(runs, outcomes, as_of),
        "driver_views": runs.read_beside(as_of, "driver_views"),
        "given": runs.read_given(),
        "plan": runs.read_plan(as_of),
    }


def _judged(
    said: tuple[pd.DataFrame, pd.DataFrame], outcomes: pd.DataFrame, *, as_of: date, horizon: int
) -> pd.DataFrame | None:
    """Set the scores of the latest judged year against what happened, with the groups of that time."""
    parts = [judged_agents(scores, outcomes, horizon=horizon, known_at=as_of) for scores in said if len(scores)]
    if not parts:
        return None
    both = pd.concat(parts, ignore_index=True)
    latest = sorted(both["as_of"].unique())[-MONTHS:]
    places = outcomes[[*KEYS, *(name for name in ("site", "team_id") if name in outcomes)]]
    seen = both[both["as_of"].isin(latest)].merge(places, on=KEYS, how="left", validate="one_to_one")
    return seen.drop(columns="abstained")


def _frame(runs: Runs, outcomes: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Take this month's rows of the panel and those of the twelve before, with site and tenure band."""
    ends = pd.date_range(end=as_of, periods=MONTHS + 1, freq="ME")
    wanted = runs.read_panel_months(list(ends))
    places = outcomes[[*KEYS, *(name for name in ("site", "tenure_band") if name in outcomes)]]
    known = wanted.drop(columns=[name for name in ("site", "tenure_band") if name in wanted])
    return known.merge(places, on=KEYS, how="left", validate="one_to_one")
