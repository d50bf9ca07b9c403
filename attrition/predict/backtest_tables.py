"""The tables of a backtest, in which each past month is scored and explained by a model fitted before that month."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pandas as pd

from attrition.labels.outcomes import KEYS
from attrition.model.groups import calibration_by_group
from attrition.model.lead_time import lead_figures, lead_times
from attrition.model.promotion_criteria import headline_scores
from attrition.model.stability import compare_on_month
from attrition.predict.drivers import drivers
from attrition.predict.recommendations import watch_list
from attrition.predict.scores import at_new_site, gone_by_then, scores

if TYPE_CHECKING:
    from attrition.model.backtest import Backtest
    from attrition.model.panel import Panel
    from attrition.model.risk import FittedRisk
    from attrition.model.spec import Spec


def backtest_tables(trial: Backtest, tested: Panel, *, spec: Spec) -> dict[str, pd.DataFrame]:
    """Return the tables of a backtest.

    Parameters
    ----------
    trial : Backtest
        The models fitted in the backtest, with their scores and metrics.
    tested : Panel
        The agent-months of `attrition.model.backtest.months_to_test` at least, with the outcomes of all months.
    spec : Spec
        The model's specification: horizons, promotion criteria and the size of the watch list.

    Returns
    -------
    dict of str to DataFrame
        ``scores`` (the contract's columns, with ``fitted_at`` and ``resigned``), ``drivers`` (of the agents on each
        month's watch list only), ``metrics`` (all test months together), ``months`` (each test month), ``baselines``,
        ``groups`` (observed and expected resignations by site, role and tenure band), ``lead_time`` (how many leavers
        were flagged before their notice, beyond chance, and how long before) and ``stability`` (how well two
        consecutive models agree on the same month).
    """
    parts = [_scores_and_drivers(fitted, trial, tested, spec) for fitted in trial.fitted_models]
    labels = trial.scores[["agent_id", "as_of", "horizon_months", "fitted_at", "resigned"]]
    all_scores = pd.concat([part for part, _ in parts], ignore_index=True)
    at_headline = headline_scores(trial)
    return {
        "scores": all_scores.merge(labels, on=["agent_id", "as_of", "horizon_months"], validate="one_to_one"),
        "drivers": pd.concat([part for _, part in parts], ignore_index=True),
        "metrics": trial.metrics,
        "months": trial.months,
        "baselines": trial.baselines,
        "groups": calibration_by_group(at_headline, tested.outcomes, spec=spec),
        "lead_time": _lead_time(at_headline, tested.outcomes, spec),
        "stability": _stability(trial, tested.rows),
    }


def _lead_time(at_headline: pd.DataFrame, outcomes: pd.DataFrame, spec: Spec) -> pd.DataFrame:
    """Return how early leavers were flagged, from the scores at the headline horizon."""
    leads = lead_times(at_headline, outcomes, horizon=spec.headline, capacity_share=spec.capacity_share)
    return lead_figures(leads, draws=spec.holdout.draws)


def _stability(trial: Backtest, panel: pd.DataFrame) -> pd.DataFrame:
    """Compare each model with the one before it, on the agents of the month in which the later one was fitted."""
    rows = []
    for earlier, later in pairwise(trial.fitted_models):
        agreement = compare_on_month(later, earlier, panel[panel["as_of"] == later.fitted_at])
        counts = (agreement.people, agreement.listed, agreement.overlap, agreement.rank_correlation)
        rows.append((earlier.fitted_at, later.fitted_at, *counts))
    return pd.DataFrame(rows, columns=["fitted_before", "fitted_at", "people", "listed", "overlap", "rank_correlation"])


def _scores_and_drivers(
    fitted: FittedRisk, trial: Backtest, tested: Panel, spec: Spec
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the scores of one model's test months, and the drivers of the agents on its watch lists."""
    test_months = trial.scores.loc[trial.scores["fitted_at"] == fitted.fitted_at, "as_of"].unique()
    tables = (tested.rows, tested.outcomes)
    frame, groups = (table[table["as_of"].isin(test_months)].reset_index(drop=True) for table in tables)
    is_new_site, is_gone = at_new_site(groups, tested.outcomes, fitted), gone_by_then(groups)
    version = f"as of {fitted.fitted_at:%Y-%m-%d}"
    table = scores(fitted, frame, version=version, is_new_site=is_new_site, is_gone=is_gone)
    by_month = table[table["horizon_months"] == spec.headline].groupby("as_of")
    flagged = pd.concat([watch_list(month, spec.capacity_share) for _, month in by_month])[KEYS]
    is_flagged = pd.MultiIndex.from_frame(frame[KEYS]).isin(pd.MultiIndex.from_frame(flagged))
    explained = drivers(fitted, frame, features=tested.features, groups=groups, is_explained=is_flagged)
    return table, explained.astype(dict.fromkeys(explained.select_dtypes("category"), "str"))
