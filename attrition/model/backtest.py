"""The backtest: fit models at past month-ends, score the months after each, and measure how good those scores were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from attrition.data.progress import Progress, numbered, silent
from attrition.errors import DataError
from attrition.features.declare import Feature
from attrition.labels.history import describe_history
from attrition.labels.maturity import mature_to
from attrition.labels.outcomes import KEYS, exit_within
from attrition.message import Message
from attrition.model.baselines import BASE_RATE, baseline_classifiers
from attrition.model.metrics import LabelledScores, auc, metrics_table
from attrition.model.panel import Panel
from attrition.model.risk import FittedRisk, fit
from attrition.model.spec import BacktestJob, Spec
from attrition.model.splits import Origin, expanding_origins
from attrition.model.trainable import fewest_before_origin


@dataclass(frozen=True)
class Backtest:
    """The scores of past months, whether each agent then resigned, and metrics.

    Attributes
    ----------
    scores : DataFrame
        agent_id, as_of, horizon_months, risk, risk_low, risk_high, involuntary_risk, log_odds, fitted_at (the origin
        whose model gave the score), and ``resigned`` (1, 0, or null where the horizon has not passed yet).
    baselines : DataFrame
        agent_id, as_of, model, risk: the scores of the baseline models at the headline horizon.
    metrics : DataFrame
        horizon_months, model, metric, value, low, high (95 % interval, bootstrap of agents), rows, events, months. The
        metric ``auc_mean_of_months`` is the unweighted mean of the monthly AUCs, and has no interval. A horizon without
        a mature label, or whose labels are all equal, has no rows.
    months : DataFrame
        as_of, horizon_months, model, rows, events, auc, observed, expected: one row per scored month with mature
        labels; observed and expected are the rate of resigning and the mean risk.
    fitted_models : tuple of FittedRisk
        The model of each origin, in time order.
    """

    scores: pd.DataFrame
    baselines: pd.DataFrame
    metrics: pd.DataFrame
    months: pd.DataFrame
    fitted_models: tuple[FittedRisk, ...]


def backtest(
    training: Panel, *, spec: Spec, job: BacktestJob, tested: Panel | None = None, progress: Progress = silent
) -> Backtest:
    """Fit a model at each past month-end, score the months after it, and compare with the resignations that followed.

    Parameters
    ----------
    training : Panel
        The agent-months of all months from which models and baselines learn.
    spec : Spec
        As for `attrition.model.risk.fit`.
    job : BacktestJob
        Number of origins, months between them, and number of boosters that are averaged.
    tested : Panel, optional
        The agent-months of `months_to_test`, which are scored, with the outcomes of all months; `training` by default.
    progress : callable, optional
        Called before each step with a sentence that holds the step's number and the number of steps.

    Raises
    ------
    DataError
        History is too short for one origin.
    """
    origins = _declared_origins((tested or training).outcomes, spec, job)
    reduced = reduced_spec(spec, members=job.members, draws=job.draws)
    return backtest_origins(training, spec=reduced, origins=origins, tested=tested, progress=progress)


def months_to_test(outcomes: pd.DataFrame, spec: Spec, job: BacktestJob) -> list[pd.Timestamp]:
    """Return the months that a backtest scores, and those in which its models are compared with each other.

    Raises
    ------
    DataError
        History is too short for one origin.
    """
    origins = _declared_origins(outcomes, spec, job)
    return sorted({month for origin in origins for month in (origin.month_end, *origin.scored_months)})


def _declared_origins(outcomes: pd.DataFrame, spec: Spec, job: BacktestJob) -> list[Origin]:
    """Return the declared origins; the latest possible one where history is too short for what is declared.

    Raises
    ------
    DataError
        History is too short for that one too.
    """
    ends = outcomes["as_of"].max()
    fewest = fewest_before_origin(job, spec)
    for before, count in ((job.first_after_months, job.origins), (fewest, 1)):
        if origins := expanding_origins(
            outcomes["as_of"],
            min_history_months=before,
            step_months=job.step_months,
            max_origins=count,
            horizon=spec.headline,
            mature_to=mature_to(outcomes, ends),
        ):
            return origins
    counts = {"months": outcomes["as_of"].nunique(), "fewest": fewest, "step_months": job.step_months}
    history = describe_history(outcomes, months_ahead=spec.headline, known_at=ends)
    raise DataError(
        "{months} months are too few for a backtest: {fewest} at least come before the first origin, {step_months} are "
        "scored, and {headline} must pass before their labels are mature; {history}; fewer step_months in "
        "pipelines/backtest.toml need less history",
        **counts | {"headline": spec.headline, "history": history},
    )


def reduced_spec(spec: Spec, *, members: int, draws: int) -> Spec:
    """Return the specification with other numbers of averaged boosters and of bootstrap draws, as a backtest uses."""
    trees = spec.trees.model_copy(update={"members": members})
    return spec.model_copy(update={"trees": trees, "holdout": spec.holdout.model_copy(update={"draws": draws})})


def backtest_origins(
    training: Panel,
    *,
    spec: Spec,
    origins: Sequence[Origin],
    tested: Panel | None = None,
    progress: Progress = silent,
) -> Backtest:
    """Return the backtest at some origins; labels are those known at the end of the panel."""
    tested = tested or training
    score_tables, baseline_tables, fitted_models = [], [], []
    for number, origin in enumerate(origins):
        step = Message("a model fitted on what was known on {day:%Y-%m-%d}", day=origin.month_end)
        numbered(progress, step, number, len(origins))
        history = training.rows, training.outcomes
        fitted = fit(*history, features=training.features, spec=spec, fitted_at=origin.month_end)
        test_rows = tested.rows[tested.rows["as_of"].isin(origin.scored_months)]
        score_tables.append(fitted.score(test_rows).assign(fitted_at=origin.month_end))
        baseline_tables.append(_score_baselines(fitted, *history, test_rows))
        fitted_models.append(fitted)
    numbered(progress, Message("metrics"), len(origins), len(origins))
    known_at = tested.outcomes["as_of"].max()
    scores = _add_labels(pd.concat(score_tables, ignore_index=True), tested.outcomes, known_at=known_at)
    baseline_scores = pd.concat(baseline_tables, ignore_index=True)
    scores_by_model = _labelled_scores_by_model(scores, baseline_scores, spec)
    metrics = _metrics_by_model(scores_by_model, spec.holdout.draws)
    return Backtest(scores, baseline_scores, metrics, _months_by_model(scores_by_model), tuple(fitted_models))


def backtest_on_same_months(
    earlier: Backtest,
    origin: Origin,
    *,
    panel: pd.DataFrame,
    outcomes: pd.DataFrame,
    features: Sequence[Feature],
    spec: Spec,
) -> Backtest:
    """Return the backtest of another specification at the one origin of an earlier one, whose baselines are kept."""
    fitted = fit(panel, outcomes, features=features, spec=spec, fitted_at=origin.month_end)
    scored = fitted.score(panel[panel["as_of"].isin(origin.scored_months)]).assign(fitted_at=origin.month_end)
    scores = _add_labels(scored, outcomes, known_at=panel["as_of"].max())
    own_scores = _labelled_scores_by_model(scores, earlier.baselines.iloc[:0], spec)
    own_tables = _metrics_by_model(own_scores, spec.holdout.draws), _months_by_model(own_scores)
    metrics, months = (
        pd.concat([own, table[table["model"] != spec.name]], ignore_index=True)
        for own, table in zip(own_tables, (earlier.metrics, earlier.months), strict=True)
    )
    return Backtest(scores, earlier.baselines, metrics, months, (fitted,))


def metrics_known_at(
    scores: pd.DataFrame, baselines: pd.DataFrame, outcomes: pd.DataFrame, *, spec: Spec, known_at: pd.Timestamp
) -> pd.DataFrame:
    """Return the metrics of a backtest as of an earlier month-end, from the months before it and the labels known then.

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
        With the columns of `Backtest.metrics`; empty where no label was mature yet.
    """
    earlier = scores[scores["as_of"] < known_at].drop(columns="resigned")
    if earlier.empty:
        return _metrics_by_model({}, spec.holdout.draws)
    labelled = _add_labels(earlier, outcomes, known_at=known_at)
    return _metrics_by_model(_labelled_scores_by_model(labelled, baselines, spec), spec.holdout.draws)


def _score_baselines(
    fitted: FittedRisk, panel: pd.DataFrame, outcomes: pd.DataFrame, test_rows: pd.DataFrame
) -> pd.DataFrame:
    """Fit every baseline on the agent-months whose headline label was known at the fit, and score the test months.

    Where nobody had resigned by then there is nothing to fit but the base rate.
    """
    label = exit_within(outcomes, fitted.spec.headline, known_at=fitted.fitted_at).to_numpy()
    is_known = ~np.isnan(label) & (panel["as_of"] <= fitted.fitted_at).to_numpy()
    if len(np.unique(label[is_known])) < 2:
        return test_rows[KEYS].assign(model=BASE_RATE, risk=float(np.mean(label[is_known])))
    train, test = fitted.encoding.matrix(panel[is_known]), fitted.encoding.matrix(test_rows)
    return pd.concat(
        [
            test_rows[KEYS].assign(model=name, risk=model.fit(train, label[is_known]).predict_proba(test)[:, 1])
            for name, model in baseline_classifiers(fitted.encoding).items()
        ],
        ignore_index=True,
    )


def _add_labels(scores: pd.DataFrame, outcomes: pd.DataFrame, *, known_at: pd.Timestamp) -> pd.DataFrame:
    """Add ``resigned``, the label of each horizon as known at a month-end: 1, 0, or null where it is not mature."""
    parts = [
        outcomes[KEYS].assign(horizon_months=horizon, resigned=exit_within(outcomes, int(horizon), known_at=known_at))
        for horizon in scores["horizon_months"].unique()
    ]
    return scores.merge(
        pd.concat(parts, ignore_index=True), on=[*KEYS, "horizon_months"], how="left", validate="one_to_one"
    )


def _labelled_scores_by_model(
    scores: pd.DataFrame, baselines: pd.DataFrame, spec: Spec
) -> dict[tuple[int, str], LabelledScores]:
    """Return the scores with mature labels by horizon and model; left out where all labels of a horizon are equal."""
    headline = scores.loc[scores["horizon_months"] == spec.headline, [*KEYS, "resigned"]]
    labelled_baselines = baselines.merge(headline, on=KEYS).assign(horizon_months=spec.headline)
    all_scores = pd.concat([scores.assign(model=spec.name), labelled_baselines], ignore_index=True)
    mature_scores = all_scores[all_scores["resigned"].notna()]
    return {
        (int(str(horizon)), str(model)): labelled_scores(rows, spec)
        for (horizon, model), rows in mature_scores.groupby(["horizon_months", "model"], sort=True)
        if 0 < rows["resigned"].sum() < len(rows)
    }


def labelled_scores(rows: pd.DataFrame, spec: Spec) -> LabelledScores:
    """Return scores with mature labels (agent_id, as_of, resigned, risk) as arrays, ordered by agent and month."""
    rows = rows.sort_values(KEYS, kind="stable")
    return LabelledScores(
        rows["resigned"].to_numpy(dtype=float),
        rows["risk"].to_numpy(dtype=float),
        rows["agent_id"].astype(str).to_numpy(),
        rows["as_of"].to_numpy(),
        spec.capacity_share,
        spec.talks,
    )


def _metrics_by_model(scores_by_model: dict[tuple[int, str], LabelledScores], draws: int) -> pd.DataFrame:
    parts = []
    for (horizon, model), rows in scores_by_model.items():
        months = _monthly_figures(rows)
        mean = pd.DataFrame({"metric": ["auc_mean_of_months"], "value": [months["auc"].mean()]})
        table = pd.concat([metrics_table(rows, draws=draws), mean], ignore_index=True)
        counts = {"rows": len(rows.label), "events": int(rows.label.sum()), "months": len(months)}
        parts.append(table.assign(horizon_months=horizon, model=model, **counts))
    order = ["horizon_months", "model", "metric", "value", "low", "high", "rows", "events", "months"]
    return pd.concat(parts, ignore_index=True)[order] if parts else pd.DataFrame(columns=order)


def _months_by_model(scores_by_model: dict[tuple[int, str], LabelledScores]) -> pd.DataFrame:
    order = ["as_of", "horizon_months", "model", "rows", "events", "auc", "observed", "expected"]
    parts = [
        _monthly_figures(rows).assign(horizon_months=horizon, model=model)
        for (horizon, model), rows in scores_by_model.items()
    ]
    return pd.concat(parts, ignore_index=True)[order] if parts else pd.DataFrame(columns=order)


def _monthly_figures(rows: LabelledScores) -> pd.DataFrame:
    """Return one row per month: as_of, rows, events, auc, observed (rate of resigning) and expected (mean risk)."""
    figures = []
    for month in np.unique(rows.month):
        in_month = rows.month == month
        scores = LabelledScores(rows.label[in_month], rows.risk[in_month], rows.agent[in_month], rows.month[in_month])
        count, events = len(scores.label), int(scores.label.sum())
        figures.append((month, count, events, float(auc(scores)[0]), events / count, float(scores.risk.mean())))
    return pd.DataFrame(figures, columns=["as_of", "rows", "events", "auc", "observed", "expected"])
