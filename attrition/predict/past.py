"""A backtest as the contract's tables: each past month scored and explained by the model of its own time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from attrition.labels.outcomes import KEYS
from attrition.predict.actions import watch_list
from attrition.predict.drivers import drivers
from attrition.predict.scores import scores

if TYPE_CHECKING:
    from attrition.features.declare import Feature
    from attrition.model.backtest import Backtest
    from attrition.model.risk import FittedRisk
    from attrition.model.spec import Spec


def backtest_tables(
    trial: Backtest, panel: pd.DataFrame, outcomes: pd.DataFrame, *, features: Sequence[Feature], spec: Spec
) -> dict[str, pd.DataFrame]:
    """Lay a backtest out as tables.

    Returns
    -------
    dict of str to DataFrame
        ``scores`` (the contract's, with ``fitted_at`` and ``resigned``), ``drivers`` of the agents who were flagged
        (the top share that a site can look after), ``metrics``, ``months``, ``baselines``.
    """
    parts = [_of_one_model(fitted, trial, panel, outcomes, features, spec) for fitted in trial.fits]
    happened = trial.scores[["agent_id", "as_of", "horizon_months", "fitted_at", "resigned"]]
    said = pd.concat([part for part, _ in parts], ignore_index=True)
    return {
        "scores": said.merge(happened, on=["agent_id", "as_of", "horizon_months"], validate="one_to_one"),
        "drivers": pd.concat([part for _, part in parts], ignore_index=True),
        "metrics": trial.metrics,
        "months": trial.months,
        "baselines": trial.baselines,
    }


def _of_one_model(
    fitted: FittedRisk,
    trial: Backtest,
    panel: pd.DataFrame,
    outcomes: pd.DataFrame,
    features: Sequence[Feature],
    spec: Spec,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Score the months one model was tried on, and explain the agents it flagged against everybody."""
    mine = trial.scores.loc[trial.scores["fitted_at"] == fitted.at, "as_of"].unique()
    frame = panel[panel["as_of"].isin(mine)].reset_index(drop=True)
    groups = outcomes[outcomes["as_of"].isin(mine)].reset_index(drop=True)
    said = scores(fitted, frame, spec=spec, version=f"as of {fitted.at:%Y-%m-%d}")
    months = said[said["horizon_months"] == spec.headline].groupby("as_of")
    flagged = pd.concat([watch_list(month, spec.capacity_share) for _, month in months])[KEYS]
    told = pd.MultiIndex.from_frame(frame[KEYS]).isin(pd.MultiIndex.from_frame(flagged))
    return said, drivers(fitted, frame, features=features, groups=groups, told=told)
