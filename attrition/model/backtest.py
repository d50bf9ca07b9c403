"""How good the model would have been: past months, each scored by a model that knew only what was known then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from attrition.errors import DataError
from attrition.features.declare import Feature
from attrition.labels.outcomes import KEYS, exit_within
from attrition.model.baselines import baselines
from attrition.model.metrics import Judged, auc, measure
from attrition.model.risk import FittedRisk, fit
from attrition.model.spec import BacktestJob, Spec
from attrition.model.splits import Origin, origins

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many steps are done, and of how many."""


@dataclass(frozen=True)
class Backtest:
    """What was said of past months, what happened, and how good that was.

    Attributes
    ----------
    scores : DataFrame
        agent_id, as_of, horizon_months, risk, risk_low, risk_high, involuntary_risk, log_odds, fitted_at, and
        ``resigned`` (1, 0, null while immature).
    baselines : DataFrame
        agent_id, as_of, model, risk: the baselines at the headline horizon.
    metrics : DataFrame
        horizon_months, model, metric, value, low, high (95 %, agents redrawn), rows, events, months. The metric
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
    progress: Progress | None = None,
) -> Backtest:
    """Fit at past month-ends, score the months after each, and compare with what is known by now.

    Parameters
    ----------
    panel, outcomes, features, spec
        As for `attrition.model.risk.fit`.
    job : BacktestJob
        How many origins, how far apart, and how many seeds.
    progress : callable, optional
        Called with what is done, steps done, steps in all.

    Raises
    ------
    DataError
        History is too short for one origin.
    """
    laid = origins(
        panel["as_of"],
        first_after=job.first_after_months,
        step=job.step_months,
        most=job.origins,
        horizon=spec.headline,
        known_at=panel["as_of"].max(),
    )
    if not laid:
        months = panel["as_of"].nunique()
        raise DataError(
            f"{months} months are too few for a backtest: {job.first_after_months} come before the first trial, "
            f"{job.step_months} are scored, and {spec.headline} must pass before they can be judged"
        )
    reduced = fewer(spec, members=job.members, draws=job.draws)
    return tried(panel, outcomes, features=features, spec=reduced, laid=laid, progress=progress)


def fewer(spec: Spec, *, members: int, draws: int) -> Spec:
    """Give the specification with as many seeds in the headline and draws for intervals as a trial can afford."""
    trees = spec.trees.model_copy(update={"members": members})
    return spec.model_copy(update={"trees": trees, "examination": spec.examination.model_copy(update={"draws": draws})})


def tried(
    panel: pd.DataFrame,
    outcomes: pd.DataFrame,
    *,
    features: Sequence[Feature],
    spec: Spec,
    laid: Sequence[Origin],
    progress: Progress | None = None,
) -> Backtest:
    """Fit and score each origin that was laid; labels to judge by are those known at the end of the panel."""
    tell = progress or (lambda what, done, of: None)
    parts, rivals, fits = [], [], []
    for done, origin in enumerate(laid):
        tell(f"a model that knows what was known on {origin.at:%Y-%m-%d}", done, len(laid))
        fitted = fit(panel, outcomes, features=features, spec=spec, at=origin.at)
        later = panel[panel["as_of"].isin(origin.scored)]
        parts.append(fitted.score(later).assign(fitted_at=origin.at))
        rivals.append(_rivals(fitted, panel, outcomes, later))
        fits.append(fitted)
    tell("figures", len(laid), len(laid))
    scores = _labelled(pd.concat(parts, ignore_index=True), outcomes, known_at=panel["as_of"].max())
    baseline = pd.concat(rivals, ignore_index=True)
    judged = _judged(scores, baseline, spec)
    return Backtest(scores, baseline, _metrics(judged, spec.examination.draws), _months(judged), tuple(fits))


def measured(
    scores: pd.DataFrame, baselines: pd.DataFrame, outcomes: pd.DataFrame, *, spec: Spec, known_at: pd.Timestamp
) -> pd.DataFrame:
    """Measure a backtest as it could have been measured at an earlier month-end: earlier months, labels as known then.

    Parameters
    ----------
    scores, baselines : DataFrame
        As in `Backtest`.
    outcomes : DataFrame
        As for `attrition.model.risk.fit`.
    known_at : Timestamp
        Month-end from which the world is looked back upon.

    Returns
    -------
    DataFrame
        As `Backtest.metrics`; empty where nothing could be judged yet.
    """
    earlier = scores[scores["as_of"] < known_at].drop(columns="resigned")
    if earlier.empty:
        return _metrics({}, spec.examination.draws)
    labelled = _labelled(earlier, outcomes, known_at=known_at)
    return _metrics(_judged(labelled, baselines, spec), spec.examination.draws)


def _rivals(fitted: FittedRisk, panel: pd.DataFrame, outcomes: pd.DataFrame, later: pd.DataFrame) -> pd.DataFrame:
    """Fit every baseline on the same rows the headline model knew, and score the same later months."""
    label = exit_within(outcomes, fitted.spec.headline, known_at=fitted.at).to_numpy()
    known = ~np.isnan(label) & (panel["as_of"] <= fitted.at).to_numpy()
    train, test = fitted.encoding.matrix(panel[known]), fitted.encoding.matrix(later)
    return pd.concat(
        [
            later[KEYS].assign(model=name, risk=model.fit(train, label[known]).predict_proba(test)[:, 1])
            for name, model in baselines(fitted.encoding).items()
        ],
        ignore_index=True,
    )


def _labelled(scores: pd.DataFrame, outcomes: pd.DataFrame, *, known_at: pd.Timestamp) -> pd.DataFrame:
    """Add what happened, as known by now."""
    parts = [
        outcomes[KEYS].assign(horizon_months=horizon, resigned=exit_within(outcomes, int(horizon), known_at=known_at))
        for horizon in scores["horizon_months"].unique()
    ]
    return scores.merge(
        pd.concat(parts, ignore_index=True), on=[*KEYS, "horizon_months"], how="left", validate="one_to_one"
    )


def _judged(scores: pd.DataFrame, baseline: pd.DataFrame, spec: Spec) -> dict[tuple[int, str], Judged]:
    """Lay out what can be judged, by horizon and model; a horizon without mature labels is left out."""
    headline = scores.loc[scores["horizon_months"] == spec.headline, [*KEYS, "resigned"]]
    rivals = baseline.merge(headline, on=KEYS).assign(horizon_months=spec.headline)
    both = pd.concat([scores.assign(model=spec.name), rivals], ignore_index=True)
    mature = both[both["resigned"].notna()]
    return {
        (int(str(horizon)), str(model)): judged_rows(rows, spec)
        for (horizon, model), rows in mature.groupby(["horizon_months", "model"], sort=True)
        if 0 < rows["resigned"].sum() < len(rows)
    }


def judged_rows(rows: pd.DataFrame, spec: Spec) -> Judged:
    """Give rows with ``resigned`` and ``risk`` in the form that metrics take."""
    rows = rows.sort_values(KEYS, kind="stable")
    return Judged(
        rows["resigned"].to_numpy(dtype=float),
        rows["risk"].to_numpy(dtype=float),
        rows["agent_id"].astype(str).to_numpy(),
        rows["as_of"].to_numpy(),
        spec.capacity_share,
        spec.talks,
    )


def _metrics(judged: dict[tuple[int, str], Judged], draws: int) -> pd.DataFrame:
    parts = []
    for (horizon, model), rows in judged.items():
        months = _by_month(rows)
        mean = pd.DataFrame({"metric": ["auc_mean_of_months"], "value": [months["auc"].mean()]})
        table = pd.concat([measure(rows, draws=draws), mean], ignore_index=True)
        counts = {"rows": len(rows.label), "events": int(rows.label.sum()), "months": len(months)}
        parts.append(table.assign(horizon_months=horizon, model=model, **counts))
    order = ["horizon_months", "model", "metric", "value", "low", "high", "rows", "events", "months"]
    return pd.concat(parts, ignore_index=True)[order] if parts else pd.DataFrame(columns=order)


def _months(judged: dict[tuple[int, str], Judged]) -> pd.DataFrame:
    order = ["as_of", "horizon_months", "model", "rows", "events", "auc", "observed", "expected"]
    parts = [_by_month(rows).assign(horizon_months=h, model=model) for (h, model), rows in judged.items()]
    return pd.concat(parts, ignore_index=True)[order] if parts else pd.DataFrame(columns=order)


def _by_month(rows: Judged) -> pd.DataFrame:
    """Describe each month: how many rows and events, how well ordered, how many seen and expected."""
    found = []
    for month in np.unique(rows.month):
        here = rows.month == month
        one = Judged(rows.label[here], rows.risk[here], rows.agent[here], rows.month[here])
        events = int(one.label.sum())
        found.append(
            (month, len(one.label), events, float(auc(one)[0]), events / len(one.label), float(one.risk.mean()))
        )
    return pd.DataFrame(found, columns=["as_of", "rows", "events", "auc", "observed", "expected"])
