"""Measure one centre: refit now and then, and judge the twelve months after the first fit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import drivers
import numpy as np
import pandas as pd
from scipy.special import logit

from attrition.labels.outcomes import exit_within
from attrition.model.baselines import baseline_classifiers
from attrition.model.panel import Panel
from attrition.model.risk import FittedRisk, fit
from attrition.model.spec import Spec
from attrition.predict.expected import expected_leavers
from attrition.predict.indistinct import with_indistinct_families
from attrition.predict.scores import scores
from attrition.steps.declarations import read_spec
from worlds_figures import level, order, ranges
from worlds_figures.driver_figures import driver_figures
from worlds_figures.noise_free import NoiseFree, fit_noise_free
from worlds_figures.truth import HORIZONS, read_truth

JUDGED_MONTHS = 12
EXPLAINED_MONTHS = 3
"""Of the months after the last fit about as many are explained, since drivers and recommendations take long."""
BASELINES = ("tenure_only", "logistic")


@dataclass(frozen=True)
class Judged:
    """The months after one fit: its scores at all horizons, and what it announced for units."""

    fitted: FittedRisk
    rows: pd.DataFrame
    groups: pd.DataFrame
    truth: pd.DataFrame
    scores: pd.DataFrame
    expected: pd.DataFrame
    baselines: dict[str, np.ndarray]

    def at_horizon(self, horizon: int) -> pd.DataFrame:
        """Return the scores at one horizon, in the order of the rows."""
        return self.scores[self.scores["horizon_months"] == horizon]


def measure_centre(workspace: Path, panel: Panel, *, months_per_fit: int) -> pd.DataFrame:
    """Return all figures of a centre.

    Parameters
    ----------
    workspace : Path
        Of a synthetic centre.
    panel : Panel
        Its panel, of at least forty months.
    months_per_fit : int
        A model is fitted as often, and scores the months up to the next fit.

    Returns
    -------
    DataFrame
        ``horizon`` (0 for figures without one), ``figure``, ``value``.
    """
    spec, truth = read_spec(workspace), read_truth(workspace, panel.rows)
    months = np.sort(panel.rows["as_of"].unique())
    first = len(months) - max(HORIZONS) - JUDGED_MONTHS
    starts = range(first, first + JUDGED_MONTHS, months_per_fit)
    parts = [judge(panel, truth, spec, months=months[start - 1 : start + months_per_fit]) for start in starts]
    ceiling = _noise_free(panel, truth, parts[0].fitted)
    figures = {horizon: horizon_figures(parts, ceiling, horizon) for horizon in HORIZONS}
    figures[0] = ranges.band_figures(pd.concat([part.scores["band"] for part in parts]).dropna())
    figures[0] |= _driver_figures(parts[-1], ceiling, workspace, panel)
    rows = [(horizon, *item) for horizon, by_name in figures.items() for item in by_name.items()]
    return pd.DataFrame(rows, columns=["horizon", "figure", "value"])


def judge(panel: Panel, truth: pd.DataFrame, spec: Spec, *, months: np.ndarray) -> Judged:
    """Fit as of the first of some months, and return the scores of the others with their truth."""
    fitted_at = pd.Timestamp(months[0])
    fitted = fit(panel.rows, panel.outcomes, features=panel.features, spec=spec, fitted_at=fitted_at)
    is_judged = panel.rows["as_of"].isin(months[1:]).to_numpy()
    rows, groups, true = (table[is_judged].reset_index(drop=True) for table in (panel.rows, panel.outcomes, truth))
    table = scores(fitted, rows, version="benchmark")
    baselines = _baseline_risks(panel, fitted, rows)
    return Judged(fitted, rows, groups, true, table, expected_leavers(table, groups), baselines)


def horizon_figures(parts: list[Judged], ceiling: NoiseFree, horizon: int) -> dict[str, float]:
    """Return the figures of level, order and ranges at one horizon, of the agent-months about whom there is truth."""
    truth = pd.concat([part.truth for part in parts], ignore_index=True)
    groups = pd.concat([part.groups for part in parts], ignore_index=True)
    table = pd.concat([part.at_horizon(horizon) for part in parts], ignore_index=True)
    expected = pd.concat([part.expected for part in parts], ignore_index=True)
    noise_free = np.concatenate([ceiling.score(part.rows) for part in parts])
    counts = ranges.count_range_figures(expected, groups, truth, horizon)
    has_truth = truth["hazard"].notna().to_numpy()
    truth, table = (part[has_truth].reset_index(drop=True) for part in (truth, table))
    risk, noise_free = table["risk"].to_numpy(), noise_free[has_truth]
    compared = {"model": risk, "oracle": truth[f"risk_{horizon}"].to_numpy()}
    if horizon == parts[0].fitted.spec.headline:
        compared |= {name: np.concatenate([part.baselines[name] for part in parts])[has_truth] for name in BASELINES}
    return (
        level.level_figures(risk, truth, horizon)
        | order.auc_figures(compared, truth, horizon)
        | order.lift_figures(risk, noise_free, truth, horizon)
        | ranges.risk_range_figures(table, truth, horizon)
        | counts
    )


def _baseline_risks(panel: Panel, fitted: FittedRisk, rows: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return the risks at the headline by baselines that were fitted when the model was."""
    label = exit_within(panel.outcomes, fitted.spec.headline, known_at=fitted.fitted_at)
    is_known = (label.notna() & (panel.rows["as_of"] <= fitted.fitted_at)).to_numpy()
    known, later = (fitted.encoding.matrix(part) for part in (panel.rows[is_known], rows))
    models = baseline_classifiers(fitted.encoding)
    return {name: models[name].fit(known, label[is_known]).predict_proba(later)[:, 1] for name in BASELINES}


def _noise_free(panel: Panel, truth: pd.DataFrame, fitted: FittedRisk) -> NoiseFree:
    """Return the noise-free fits to the months up to those that the model was fitted on."""
    is_past = (panel.rows["as_of"] <= fitted.fitted_at).to_numpy()
    log_odds = logit(truth.loc[is_past, f"risk_{fitted.spec.headline}"].to_numpy())
    return fit_noise_free(panel.rows[is_past], log_odds, encoding=fitted.encoding, trees=fitted.spec.trees)


def _driver_figures(last: Judged, ceiling: NoiseFree, workspace: Path, panel: Panel) -> dict[str, float]:
    """Return the figures of drivers and recommendations, of some of the months after the last fit."""
    months = np.sort(last.rows["as_of"].unique())
    explained = months[:: max(1, len(months) // EXPLAINED_MONTHS)]
    is_explained = last.rows["as_of"].isin(explained).to_numpy()
    rows, groups = (table[is_explained].reset_index(drop=True) for table in (last.rows, last.groups))
    fitted = with_indistinct_families(last.fitted, panel.rows, panel.outcomes)
    return driver_figures(drivers.with_truth(fitted, rows, groups, workspace), ceiling.contributions(rows))
