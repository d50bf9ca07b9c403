"""The rungs of the ladder of models, from the richest to the plainest, and how each of them is fitted.

A rung is a specification, so that fitting, evaluation and replay need to know nothing else about it. All rungs give an
ordinary fitted model, and all read the same columns; a plainer one uses fewer of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from attrition.features.declare import Feature
from attrition.model.around_prior import AroundPrior
from attrition.model.constrained_logistic import ConstrainedLogistic
from attrition.model.encode import Encoding, tenure_feature
from attrition.model.exits import ExitModel, fit_constant_rate, fit_exits, unfitted_blend, unfitted_trees
from attrition.model.few_exits import fit_around_prior
from attrition.model.prior import days_in, monthly_log_hazard, prior_curves, read_prior
from attrition.model.spec import RUNGS, Rung, Spec
from attrition.model.tenure_season import TenureSeason
from attrition.model.training_set import TrainingSet

MONTH_OF_YEAR = "context_month_of_year"
FEWEST_COLUMNS = 6
"""With fewer columns of which something is published, the few columns are the first of each topic with a direction."""
ORDERING_RUNGS: tuple[Rung, ...] = ("boosted", "few_columns", "logistic")
"""Rungs that can tell agents of the same tenure apart."""


@dataclass(frozen=True)
class RungWords:
    """What a rung is, in English and Chinese."""

    en: str
    zh: str


RUNG_WORDS: dict[Rung, RungWords] = {
    "boosted": RungWords("boosted trees on all columns", "使用全部特征的提升树"),
    "few_columns": RungWords("boosted trees on few columns, shrunk more strongly", "只用少数特征、收缩更强的提升树"),
    "logistic": RungWords("a logistic regression whose signs are those of theory", "系数符号符合理论的逻辑回归"),
    "tenure": RungWords("tenure and season alone", "只看司龄与季节"),
    "base_rate": RungWords("one rate for everybody", "所有人同一比率"),
}


def rungs_below(rung: Rung) -> tuple[Rung, ...]:
    """Return a rung and all plainer ones, the richest first.

    Examples
    --------
    >>> rungs_below("tenure")
    ('tenure', 'base_rate')
    """
    return RUNGS[RUNGS.index(rung) :]


def spec_of_rung(spec: Spec, rung: Rung) -> Spec:
    """Return the specification of a rung: the declared one, with smaller and more strongly shrunk trees on few columns.

    Examples
    --------
    >>> few = spec_of_rung(Spec(name="resignation"), "few_columns")
    >>> few.trees.rounds, few.trees.depth, few.trees.min_rows_in_leaf
    (200, 2, 200)
    """
    if rung != "few_columns":
        return spec.model_copy(update={"rung": rung})
    trees = spec.trees
    shrunk = trees.model_copy(
        update={
            "depth": min(trees.depth, 2),
            "min_rows_in_leaf": 2 * trees.min_rows_in_leaf,
            "l2": 2 * trees.l2,
            "feature_share": max(trees.feature_share, 0.5),
        }
    )
    return spec.model_copy(update={"rung": rung, "trees": shrunk})


def minimum_data(spec: Spec) -> tuple[int, int]:
    """Return the fewest mature months and resignations with which a horizon of a rung is fitted.

    Examples
    --------
    >>> declared = Spec(name="resignation")
    >>> [minimum_data(spec_of_rung(declared, rung)) for rung in RUNGS]
    [(6, 50), (6, 50), (3, 10), (1, 0), (1, 0)]
    """
    months, events = spec.calibration.minimum_training_months, spec.calibration.minimum_events
    if spec.rung == "logistic":
        return min(months, 3), min(events, 10)
    return (months, events) if spec.rung in ORDERING_RUNGS else (1, 0)


def used_columns(rung: Rung, features: Sequence[Feature]) -> list[str]:
    """Return the names of the columns that a rung may use.

    Few columns are those of which something is published (`prior.toml`), tenure, and the month of the year. Where a
    panel has too few of them, they are the first column of each topic with a declared direction.
    """
    tenure = tenure_feature(tuple(features))
    always = {MONTH_OF_YEAR, *([tenure.name] if tenure else [])}
    ordered = sorted(features, key=lambda feature: feature.name)
    if rung == "base_rate":
        return []
    if rung == "tenure":
        return [feature.name for feature in ordered if feature.name in always]
    if rung != "few_columns":
        return [feature.name for feature in ordered]
    published = {effect.column for effect in read_prior().effects}
    few = {feature.name for feature in ordered if feature.name in published}
    if len(few) < FEWEST_COLUMNS:
        few |= _first_of_each_topic(ordered)
    return [feature.name for feature in ordered if feature.name in few | always]


def fit_resignations(training: TrainingSet, *, horizons: Sequence[int], spec: Spec, encoding: Encoding) -> ExitModel:
    """Fit the model of resignations of a specification's rung.

    Parameters
    ----------
    training : TrainingSet
        With labels for every horizon, and for every window of ``trees.learn_from``.
    horizons : sequence of int
        Months ahead that are predicted.
    spec : Spec
        Its rung, and its settings.
    encoding : Encoding
        The columns of the training set.
    """
    if spec.rung not in ORDERING_RUNGS:
        estimator = None if spec.rung == "base_rate" else _tenure_season(spec, encoding)
        return fit_around_prior(training, horizons=horizons, spec=spec, encoding=encoding, estimator=estimator)
    if spec.rung == "logistic":
        return fit_exits(training, horizons=horizons, spec=spec, trees=_logistic(spec, encoding))
    trees = unfitted_blend(spec, encoding)
    return fit_exits(_without_unused(training, spec, encoding), horizons=horizons, spec=spec, trees=trees)


def fit_other_exits(training: TrainingSet, horizons: Sequence[int], spec: Spec) -> ExitModel:
    """Return the model of the other exits: smaller trees without constraints, or a constant rate.

    The rate is the same for everybody if exits are few, and beside a model of resignations that does not order people.
    """
    if spec.rung not in ORDERING_RUNGS or training.labels[spec.headline].sum() < spec.calibration.minimum_events:
        return fit_constant_rate(training, horizons=horizons)
    tree_settings = spec.trees.model_copy(update=spec.involuntary.model_dump())
    other_spec = spec.model_copy(update={"trees": tree_settings})
    trees = unfitted_trees(other_spec, [0] * training.encoded.shape[1], members=tree_settings.members)
    return fit_exits(training, horizons=horizons, spec=other_spec, trees=trees)


def _without_unused(training: TrainingSet, spec: Spec, encoding: Encoding) -> TrainingSet:
    """Return the training set with missing values in the columns that the rung does not use; no tree splits on them."""
    is_used = np.isin(encoding.names, used_columns(spec.rung, encoding.features))
    return training if is_used.all() else replace(training, encoded=np.where(is_used, training.encoded, np.nan))


def _first_of_each_topic(ordered: Sequence[Feature]) -> set[str]:
    """Return the first feature of each topic that has a direction, is no symptom, and is not compared with peers."""
    first: dict[str, str] = {}
    for feature in ordered:
        if feature.direction and not feature.is_symptom and not feature.compared:
            first.setdefault(feature.topic, feature.name)
    return set(first.values())


def _logistic(spec: Spec, encoding: Encoding) -> AroundPrior:
    """Return the unfitted estimator of the logistic rung for the columns of an encoding."""
    prior = read_prior()
    logistic = ConstrainedLogistic(
        spec.trees.members,
        l2=prior.effect_worth,
        group_share=spec.trees.agent_share,
        constraints=encoding.constraints,
        categories=encoding.category_columns,
        baseline=encoding.baseline,
        seed=spec.trees.seed,
    )
    return AroundPrior(logistic, curves=prior_curves(prior, encoding.features))


def _tenure_season(spec: Spec, encoding: Encoding) -> TenureSeason:
    """Return the unfitted estimator of the tenure rung for the columns of an encoding."""
    prior, tenure, names = read_prior(), tenure_feature(encoding.features), encoding.names
    days_per_unit = 1.0 if tenure is None else days_in(tenure)
    has_month = MONTH_OF_YEAR in encoding.categories
    return TenureSeason(
        spec.trees.members,
        tenure=None if tenure is None else names.index(tenure.name),
        month=names.index(MONTH_OF_YEAR) if has_month else None,
        until=[days / days_per_unit for days in prior.tenure.until_days],
        prior_log_odds=monthly_log_hazard(prior).tolist(),
        shape_worth=prior.shape_worth,
        season_worth=prior.season_worth,
        group_share=spec.trees.agent_share,
        seed=spec.trees.seed,
    )
