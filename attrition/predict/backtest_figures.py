"""Figures that answer how good a backtest was: gains over baselines, the level, who was caught, and drift."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.labels.outcomes import KEYS
from attrition.model.backtest import labelled_scores
from attrition.model.clusters import bootstrap_weights
from attrition.model.metrics import LabelledScores, auc, observed_over_expected

if TYPE_CHECKING:
    from attrition.model.spec import Spec

SHARES = np.linspace(0, 1, 21)
"""Top shares of agents at which the captured share of leavers is computed."""


def mature_rows(scores: pd.DataFrame, horizon: int) -> pd.DataFrame:
    """Return the scores of a horizon that have a mature label, by agent and month."""
    rows = scores[(scores["horizon_months"] == horizon) & scores["resigned"].notna()]
    return rows.sort_values(KEYS, kind="stable").reset_index(drop=True)


def count_people(rows: pd.DataFrame) -> int:
    """Return how many people resigned within the horizon of some month; each counts once."""
    return int(rows.loc[rows["resigned"] == 1, "agent_id"].nunique())


def gains_over_baselines(scores: pd.DataFrame, baselines: pd.DataFrame, *, spec: Spec, draws: int) -> pd.DataFrame:
    """Return the AUC of the model and of each baseline at the headline, and what the model gains over it.

    Parameters
    ----------
    scores, baselines : DataFrame
        As in `attrition.model.backtest.Backtest`.
    spec : Spec
        Its headline is the horizon.
    draws : int
        Number of bootstrap draws of agents.

    Returns
    -------
    DataFrame
        model (the specification's name first), auc, low, high, gain, gain_low, gain_high: 95 % intervals from the same
        draws for all models, so that the gain is paired. The gain over itself is null.
    """
    labelled = {name: labelled_scores(rows, spec) for name, rows in _rows_by_model(scores, baselines, spec).items()}
    weight = bootstrap_weights(labelled[spec.name].agent, draws=draws, seed=0)
    values = {name: float(auc(rows)[0]) for name, rows in labelled.items()}
    drawn = {name: auc(rows, weight) for name, rows in labelled.items()}
    records = [
        (
            *(name, values[name], *_interval(drawn[name])),
            *(values[spec.name] - values[name], *_interval(drawn[spec.name] - drawn[name])),
        )
        for name in labelled
    ]
    table = pd.DataFrame(records, columns=["model", "auc", "low", "high", "gain", "gain_low", "gain_high"])
    is_own = table["model"] == spec.name
    return table.assign(**{name: table[name].mask(is_own) for name in ("gain", "gain_low", "gain_high")})


def level_by_horizon(scores: pd.DataFrame, *, spec: Spec, draws: int) -> pd.DataFrame:
    """Return observed over expected resignations at each horizon, with a 95 % interval from a bootstrap of agents.

    Returns
    -------
    DataFrame
        horizon_months, months (of the scores with a mature label), people (who resigned), ratio, low, high. A horizon
        without a mature month is absent.
    """
    records = []
    for horizon in sorted(scores["horizon_months"].unique().tolist()):
        rows = mature_rows(scores, horizon)
        if rows.empty:
            continue
        labelled = labelled_scores(rows, spec)
        drawn = observed_over_expected(labelled, bootstrap_weights(labelled.agent, draws=draws, seed=0))
        ratio = float(observed_over_expected(labelled)[0])
        records.append((horizon, rows["as_of"].nunique(), count_people(rows), ratio, *_interval(drawn)))
    return pd.DataFrame(records, columns=["horizon_months", "months", "people", "ratio", "low", "high"])


def figures_by_origin(scores: pd.DataFrame, *, spec: Spec, draws: int) -> pd.DataFrame:
    """Return order and level of each model of the backtest in the months that it scored.

    Returns
    -------
    DataFrame
        fitted_at, first, last (months scored), people, auc, auc_low, auc_high, ratio, ratio_low, ratio_high.
    """
    records = []
    for fitted_at, rows in mature_rows(scores, spec.headline).groupby("fitted_at"):
        labelled = labelled_scores(rows, spec)
        weight = bootstrap_weights(labelled.agent, draws=draws, seed=0)
        figures = [
            figure
            for metric in (auc, observed_over_expected)
            for figure in (float(metric(labelled)[0]), *_interval(metric(labelled, weight)))
        ]
        records.append((fitted_at, rows["as_of"].min(), rows["as_of"].max(), count_people(rows), *figures))
    figures_of = [f"{name}{end}" for name in ("auc", "ratio") for end in ("", "_low", "_high")]
    return pd.DataFrame(records, columns=["fitted_at", "first", "last", "people", *figures_of])


def change_between_halves(scores: pd.DataFrame, *, spec: Spec, draws: int) -> pd.DataFrame:
    """Return order and level in the earlier and the later half of the months, and how far they differ.

    Returns
    -------
    DataFrame
        metric (``auc`` or ``observed_over_expected``), earlier, later, change (later less earlier), low, high (95 %,
        from a bootstrap of agents that draws both halves together). Empty with fewer than two months.
    """
    rows = mature_rows(scores, spec.headline)
    months = np.sort(rows["as_of"].unique())
    columns = ["metric", "earlier", "later", "change", "low", "high"]
    if len(months) < 2:
        return pd.DataFrame(columns=columns)
    labelled = labelled_scores(rows, spec)
    weight = bootstrap_weights(labelled.agent, draws=draws, seed=0)
    is_later = labelled.month >= months[len(months) // 2]
    records = []
    for metric in (auc, observed_over_expected):
        earlier, later = (float(metric(_part(labelled, part))[0]) for part in (~is_later, is_later))
        drawn = [metric(_part(labelled, part), weight[part]) for part in (~is_later, is_later)]
        records.append((metric.__name__, earlier, later, later - earlier, *_interval(drawn[1] - drawn[0])))
    return pd.DataFrame(records, columns=columns)


def captured_shares(scores: pd.DataFrame, baselines: pd.DataFrame, *, spec: Spec) -> pd.DataFrame:
    """Return which share of the leavers' months is in each top share of all, by model; ties are shared.

    Returns
    -------
    DataFrame
        model, listed (top share of agents), captured.
    """
    models = _rows_by_model(scores, baselines, spec)
    return pd.concat(
        [pd.DataFrame({"model": name, "listed": SHARES, "captured": _captured(rows)}) for name, rows in models.items()],
        ignore_index=True,
    )


def _rows_by_model(scores: pd.DataFrame, baselines: pd.DataFrame, spec: Spec) -> dict[str, pd.DataFrame]:
    """Return risk and label of the mature months at the headline, by model: the specification's name first."""
    own = mature_rows(scores, spec.headline)
    return {spec.name: own} | {
        str(model): own[[*KEYS, "resigned"]].merge(rows[[*KEYS, "risk"]], on=KEYS)
        for model, rows in baselines.groupby("model")
    }


def _captured(rows: pd.DataFrame) -> np.ndarray:
    by_risk = rows.groupby("risk")["resigned"].agg(["size", "sum"])[::-1].cumsum()
    listed, leavers = (np.r_[0.0, by_risk[name] / by_risk[name].iloc[-1]] for name in ("size", "sum"))
    return np.interp(SHARES, listed, leavers)


def _part(scores: LabelledScores, is_part: np.ndarray) -> LabelledScores:
    return LabelledScores(scores.label[is_part], scores.risk[is_part], scores.agent[is_part], scores.month[is_part])


def _interval(drawn: np.ndarray) -> tuple[float, float]:
    """Return the 2.5 and 97.5 percentiles of the draws that have a value; null without any."""
    drawn = drawn[np.isfinite(drawn)]
    return (float(np.percentile(drawn, 2.5)), float(np.percentile(drawn, 97.5))) if len(drawn) else (np.nan, np.nan)
