"""Folds of the search for settings (`attrition tune`): past month-ends to fit at, and later ones that are held out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from attrition.errors import DataError
from attrition.features.declare import Feature
from attrition.labels.history import describe_history
from attrition.labels.maturity import mature_to
from attrition.labels.outcomes import exit_within
from attrition.model.encode import fit_encoding
from attrition.model.leakage import refuse_denied
from attrition.model.metrics import LabelledScores
from attrition.model.provenance import version_of
from attrition.model.spec import Spec
from attrition.model.splits import Origin, expanding_origins
from attrition.model.training_set import TrainingSet, training_sets
from attrition.model.tunable import TuneJob


@dataclass(frozen=True)
class TuningData:
    """The input of a search.

    Attributes
    ----------
    panel, outcomes, features, spec
        As for `attrition.model.risk.fit`; the specification is the declared one.
    job : TuneJob
        ``pipelines/tune.toml``: the folds, the ranges of the settings, and the budget.
    """

    panel: pd.DataFrame
    outcomes: pd.DataFrame
    features: Sequence[Feature]
    spec: Spec
    job: TuneJob

    @property
    def key(self) -> str:
        """Return a hash of everything a search depends on except its budget.

        Trials are stored under this key, so trials on other data or with other ranges are never compared.
        """
        digest = hashlib.sha256(version_of("attrition").encode())
        for rows in (self.panel, self.outcomes):
            digest.update(" ".join(rows.columns).encode())
            digest.update(pd.util.hash_pandas_object(rows, index=False).to_numpy().tobytes())
        declared = (
            repr(self.features),
            self.spec.model_dump_json(),
            self.job.model_dump_json(exclude={"budget_minutes"}),
        )
        digest.update("".join(declared).encode())
        return digest.hexdigest()[:16]


@dataclass(frozen=True)
class Fold:
    """One origin: the training set known then, and the encoded features and labels of the months after it.

    Attributes
    ----------
    training : TrainingSet
        Agent-months up to the origin, with the labels known then.
    test_encoded : ndarray of shape (n, features)
        The features of the months that the origin scores.
    test : LabelledScores
        The labels of these rows. Its risks are zeros, since each trial computes its own.
    constraints, baseline : list of int
        As for `attrition.model.boosting.MonotoneBoosting`.
    """

    training: TrainingSet
    test_encoded: np.ndarray
    test: LabelledScores
    constraints: list[int]
    baseline: list[int]


def tuning_origins(data: TuningData) -> tuple[list[Origin], list[Origin]]:
    """Return the origins of the search, and the later origins that are held out to evaluate its result.

    The search only uses labels that were known at the first held-out origin, so no label it used reaches into the
    held-out months.

    Raises
    ------
    DataError
        The history is too short for an origin of the search before the held-out ones.
    """
    job, as_of, horizon, outcomes = data.job, data.panel["as_of"], data.spec.headline, data.outcomes
    options = {"min_history_months": job.first_after_months, "step_months": job.step_months, "horizon": horizon}
    held_out = expanding_origins(
        as_of, max_origins=job.held_out_origins, mature_to=mature_to(outcomes, as_of.max()), **options
    )
    search_end = held_out[0].month_end if held_out else as_of.min()
    search_months = as_of[as_of <= search_end]
    search_origins = expanding_origins(
        search_months, max_origins=job.origins, mature_to=mature_to(outcomes, search_end), **options
    )
    if not search_origins:
        raise DataError(
            "{months} months are too few to tune on: {first_after_months} come before the first origin, "
            "{step_months} are searched on, {held_out} later ones are held out, and {horizon} must "
            "pass after each part before its labels are mature; {history}",
            months=as_of.nunique(),
            first_after_months=job.first_after_months,
            step_months=job.step_months,
            held_out=job.step_months * job.held_out_origins,
            horizon=horizon,
            history=describe_history(outcomes, months_ahead=horizon, known_at=as_of.max()),
        )
    return search_origins, held_out


def make_folds(data: TuningData) -> list[Fold]:
    """Return one fold per origin of the search; they are encoded once and used by all trials."""
    refuse_denied([feature.name for feature in data.features])
    search_origins, held_out = tuning_origins(data)
    return [_fold(data, origin, known_at=held_out[0].month_end) for origin in search_origins]


def _fold(data: TuningData, origin: Origin, *, known_at: pd.Timestamp) -> Fold:
    """Return the fold of an origin, with test labels as known at `known_at`."""
    panel, outcomes, horizon = data.panel, data.outcomes, data.spec.headline
    is_past = (panel["as_of"] <= origin.month_end).to_numpy()
    encoding = fit_encoding(panel[is_past], data.features)
    past_panel, past_outcomes = (rows[is_past].reset_index(drop=True) for rows in (panel, outcomes))
    training, _ = training_sets(past_panel, past_outcomes, encoding, data.spec, origin.month_end)
    is_scored = panel["as_of"].isin(origin.scored_months).to_numpy()
    test_labels = exit_within(outcomes, horizon, known_at=known_at).where(is_scored)
    test_rows = panel[test_labels.notna().to_numpy()]
    agents, months = test_rows["agent_id"].astype(str).to_numpy(), test_rows["as_of"].to_numpy()
    return Fold(
        training,
        encoding.matrix(test_rows),
        LabelledScores(test_labels.dropna().to_numpy(), np.zeros(len(test_rows)), agents, months),
        encoding.constraints,
        encoding.baseline,
    )
