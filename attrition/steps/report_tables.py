"""Gather what a report needs besides the contract's tables: spells, judged agents, months to compare with, steps."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from attrition.labels.outcomes import KEYS
from attrition.predict.driver_views import MONTHS_BACK
from attrition.report.accounts import judged_agents
from attrition.runs import Runs

MONTHS = 12
"""How far back: judged scores, and base pay."""


def month_inputs(
    workspace: Path,
    outcomes: pd.DataFrame,
    *,
    as_of: date,
    horizon: int,
    base_pay: str,
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
    horizon : int
        The headline horizon, months.
    base_pay : str
        The feature that holds base pay.
    said : tuple of DataFrame
        Scores of earlier months: issued, and made by the backtest for months in which none was issued.

    Returns
    -------
    dict
        ``spells``, ``judged``, ``frame``, ``paid``, ``driver_views``, ``given``, ``treated``, ``plan``.
    """
    runs = Runs(workspace)
    return {
        "spells": runs.read_spells(),
        "judged": _judged(said, outcomes, as_of=as_of, horizon=horizon),
        "frame": _frame(runs, outcomes, as_of),
        "paid": _paid(runs, as_of, base_pay),
        "driver_views": runs.read_beside(as_of, "driver_views"),
        "given": runs.read_given(),
        "treated": runs.read_beside(as_of, "treated"),
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
    """Take the panel's rows of this month, the one before and a year ago, with site and tenure band."""
    end = pd.Timestamp(as_of)
    wanted = runs.read_panel_months([end - pd.offsets.MonthEnd(back) if back else end for back in MONTHS_BACK])
    places = outcomes[[*KEYS, *(name for name in ("site", "tenure_band") if name in outcomes)]]
    known = wanted.drop(columns=[name for name in ("site", "tenure_band") if name in wanted])
    return known.merge(places, on=KEYS, how="left", validate="one_to_one")


def _paid(runs: Runs, as_of: date, feature: str) -> pd.DataFrame | None:
    """Take base pay of the twelve months before; null where the panel has none."""
    if feature not in {known["name"] for known in runs.about_panel()["features"]}:
        return None
    ends = pd.date_range(end=as_of, periods=MONTHS + 1, freq="ME")
    return runs.read_panel_months(list(ends), [*KEYS, feature])
