"""The backtest: past months, each scored by a model fitted on what was known then, and how good those scores were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from attrition.data.progress import Progress, numbered, silent
from attrition.errors import DataError
from attrition.features.declare import Feature
from attrition.labels.outcomes import KEYS, exit_within
from attrition.model.baselines import baselines
from attrition.model.metrics import LabelledScores, auc, metrics_table
from attrition.model.risk import FittedRisk, fit
from attrition.model.spec import BacktestJob, Spec
from attrition.model.splits import Origin, expanding_origins


@dataclass(frozen=True)
class Backtest:
    """Scores of past months, what happened, and metrics.

    Attributes
    ----------
    scores : DataFrame
        agent_id, as_of, horizon_months, risk, risk_low, risk_high, involuntary_risk, log_odds, fitted_at, and
        ``resigned`` (1, 0, null while immature).
    baselines : DataFrame
        agent_id, as_of, model, risk: the baselines at the headline horizon.
    metrics : DataFrame
        horizon_months, model, metric, value, low, high (95 %, bootstrap of agents), rows, events, months. The metric
        ``auc_mean_of_months`` is the plain mean of the monthly AUCs.
    months : DataFrame
        as_of, horizon_months, model, rows, events, auc, observed, expected: one row per scored month.
    fits : tuple of FittedRisk
        The model of each origin, in time order.
    """

    scores: pd.DataFrame
    baselines: pd.DataFrame
    metrics: pd.DataFrame
    months: pd.DataFrame
    fits: tuple[FittedRisk, ...]


def backtest(
    panel: pd.DataFrame,
    outcomes: pd.DataFrame,
    *,
    features: Sequence[Feature],
    spec: Spec,
    job: BacktestJob,
    progress: Progress = silent,
) -> Backtest:
    """Fit at past month-ends, score the months after each, and compare with what is known by now.

    Parameters
    ----------
    panel, outcomes, features, spec
        As for `attrition.model.risk.fit`.
    job : BacktestJob
        How many origins, how far apart, and how many members.
    progress : callable, optional
        Called with what is about to be done, and which of how many steps it is.

    Raises
    ------
    DataError
        History is too short for one origin.
    """
    origins = expanding_origins(
        panel["as_of"],
        first_after=job.first_after_months,
        step=job.step_months,
        most=job.origins,
        horizon=spec.headline,
        known_at=panel["as_of"].max(),
    )
    if not origins:
        months = panel["as_of"].nunique()
        raise DataError(
            f"{months} months are too few for a backtest: {job.first_after_months} come before the first origin, "
            f"{job.step_months} are scored, and {spec.headline} must pass before their labels are mature"
        )
    reduced = reduced_spec(spec, members=job.members, draws=job.draws)
    return backtest_origins(panel, outcomes, features=features, spec=reduced, origins=origins, progress=progress)


def reduced_spec(spec: Spec, *, members: int, draws: int) -> Spec:
    """Return the specification with the members and bootstrap draws of a backtest."""
    trees = spec.trees.model_copy(update={"members": members})
    return spec.model_copy(update={"trees": trees, "holdout": spec.holdout.model_copy(update={"draws": draws})})


def backtest_origins(
    panel: pd.DataFrame,
    outcomes: pd.DataFrame,
    *,
    features: Sequence[Feature],
    spec: Spec,
    origins: Sequence[Origin],
    progress: Progress = silent,
) -> Backtest:
    """Fit at each origin and score its months; labels are those known at the end of the panel."""
    scored, baselines_scored, fits = [], [], []
    for done, origin in enumerate(origins):
        numbered(progress, f"a model fitted on what was known on {origin.at:%Y-%m-%d}", done, len(origins))
        fitted = fit(panel, outcomes, features=features, spec=spec, at=origin.at)
        later = panel[panel["as_of"].isin(origin.scored)]
        scored.append(fitted.score(later).assign(fitted_at=origin.at))
        baselines_scored.append(_score_baselines(fitted, panel, outcomes, later))
        fits.append(fitted)
    numbered(progress, "metrics", len(origins), len(origins))
    scores = _labelled(pd.concat(scored, ignore_index=True), outcomes, known_at=panel["as_of"].max())
    baseline = pd.concat(baselines_scored, ignore_index=True)
    mature = _mature_by_model(scores, baseline, spec)
    return Backtest(scores, baseline, _metrics(mature, spec.holdout.draws), _months(mature), tuple(fits))


def metrics_known_at(
    scores: pd.DataFrame, baselines: pd.DataFrame, outcomes: pd.DataFrame, *, spec: Spec, known_at: pd.Timestamp
) -> pd.DataFrame:
    """Return the metrics of a backtest as of an earlier month-end: earlier months, labels as known then.

    Parameters
    ----------
    scores, baselines : DataFrame
        As in `Backtest`.
    outcomes : DataFrame
        As for `attrition.model.risk.fit`.
    known_at : Timestamp
        The earlier month-end.

    Returns
    -------
    DataFrame
        As `Backtest.metrics`; empty where no label was mature yet.
    """
    earlier = scores[scores["as_of"] < known_at].drop(columns="resigned")
    if earlier.empty:
        return _metrics({}, spec.holdout.draws)
    labelled = _labelled(earlier, outcomes, known_at=known_at)
    return _metrics(_mature_by_model(labelled, baselines, spec), spec.holdout.draws)


def _score_baselines(
    fitted: FittedRisk, panel: pd.DataFrame, outcomes: pd.DataFrame, later: pd.DataFrame
) -> pd.DataFrame:
    """Fit every baseline on the rows the headline model was fitted on, and score the same later months."""
    label = exit_within(outcomes, fitted.spec.headline, known_at=fitted.at).to_numpy()
    is_known = ~np.isnan(label) & (panel["as_of"] <= fitted.at).to_numpy()
    train, test = fitted.encoding.matrix(panel[is_known]), fitted.encoding.matrix(later)
    return pd.concat(
        [
            later[KEYS].assign(model=name, risk=model.fit(train, label[is_known]).predict_proba(test)[:, 1])
            for name, model in baselines(fitted.encoding).items()
        ],
        ignore_index=True,
    )


def _labelled(scores: pd.DataFrame, outcomes: pd.DataFrame, *, known_at: pd.Timestamp) -> pd.DataFrame:
    """Add the labels as known at a month-end."""
    parts = [
        outcomes[KEYS].assign(horizon_months=horizon, resigned=exit_within(outcomes, int(horizon), known_at=known_at))
        for horizon in scores["horizon_months"].unique()
    ]
    return scores.merge(
        pd.concat(parts, ignore_index=True), on=[*KEYS, "horizon_months"], how="left", validate="one_to_one"
    )


def _mature_by_model(scores: pd.DataFrame, baseline: pd.DataFrame, spec: Spec) -> dict[tuple[int, str], LabelledScores]:
    """Return the scores with mature labels, by horizon and model; a horizon without any is left out."""
    headline = scores.loc[scores["horizon_months"] == spec.headline, [*KEYS, "resigned"]]
    compared = baseline.merge(headline, on=KEYS).assign(horizon_months=spec.headline)
    both = pd.concat([scores.assign(model=spec.name), compared], ignore_index=True)
    mature = both[both["resigned"].notna()]
    return {
        (int(str(horizon)), str(model)): labelled_scores(rows, spec)
        for (horizon, model), rows in mature.groupby(["horizon_months", "model"], sort=True)
        if 0 < rows["resigned"].sum() < len(rows)
    }


def labelled_scores(rows: pd.DataFrame, spec: Spec) -> LabelledScores:
    """Return rows with ``resigned`` and ``risk`` in the form that metrics take."""
    rows = rows.sort_values(KEYS, kind="stable")
    return LabelledScores(
        rows["resigned"].to_numpy(dtype=float),
        rows["risk"].to_numpy(dtype=float),
        rows["agent_id"].astype(str).to_numpy(),
        rows["as_of"].to_numpy(),
        spec.capacity_share,
        spec.talks,
    )


def _metrics(mature: dict[tuple[int, str], LabelledScores], draws: int) -> pd.DataFrame:
    parts = []
    for (horizon, model), rows in mature.items():
        months = _by_month(rows)
        mean = pd.DataFrame({"metric": ["auc_mean_of_months"], "value": [months["auc"].mean()]})
        table = pd.concat([metrics_table(rows, draws=draws), mean], ignore_index=True)
        counts = {"rows": len(rows.label), "events": int(rows.label.sum()), "months": len(months)}
        parts.append(table.assign(horizon_months=horizon, model=model, **counts))
    order = ["horizon_months", "model", "metric", "value", "low", "high", "rows", "events", "months"]
    return pd.concat(parts, ignore_index=True)[order] if parts else pd.DataFrame(columns=order)


def _months(mature: dict[tuple[int, str], LabelledScores]) -> pd.DataFrame:
    order = ["as_of", "horizon_months", "model", "rows", "events", "auc", "observed", "expected"]
    parts = [_by_month(rows).assign(horizon_months=h, model=model) for (h, model), rows in mature.items()]
    return pd.concat(parts, ignore_index=True)[order] if parts else pd.DataFrame(columns=order)


def _by_month(rows: LabelledScores) -> pd.DataFrame:
    """Return by month the rows, the events, the AUC, and the observed and expected rate."""
    described = []
    for month in np.unique(rows.month):
        here = rows.month == month
        one = LabelledScores(rows.label[here], rows.risk[here], rows.agent[here], rows.month[here])
        events = int(one.label.sum())
        described.append(
            (month, len(one.label), events, float(auc(one)[0]), events / len(one.label), float(one.risk.mean()))
        )
    return pd.DataFrame(described, columns=["as_of", "rows", "events", "auc", "observed", "expected"])
