"""The past months on which settings are searched, and the later ones held out to evaluate the result."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from attrition.errors import DataError
from attrition.features.declare import Feature
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
    """The panel and its outcomes, the features, the specification as it is declared, and the job."""

    panel: pd.DataFrame
    outcomes: pd.DataFrame
    features: Sequence[Feature]
    spec: Spec
    job: TuneJob

    @property
    def key(self) -> str:
        """Hash of all that a search depends on but its budget, so that trials on different data are never compared."""
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
    """One past month-end: the training set known then, and the matrix and labels of the months after it.

    The risks in `test` are zeros; a trial puts its own in their place.
    """

    training: TrainingSet
    test_encoded: np.ndarray
    test: LabelledScores
    constraints: list[int]
    baseline: list[int]


def tuning_origins(data: TuningData) -> tuple[list[Origin], list[Origin]]:
    """Return the origins of the search, and the later ones that are held out of it.

    The search uses no label that was not known at the first held-out origin, so that nothing it trained on or was
    evaluated by reaches into the months its result is evaluated on.

    Raises
    ------
    DataError
        History is too short for both.
    """
    job, months, horizon = data.job, data.panel["as_of"], data.spec.headline
    rules = {"first_after": job.first_after_months, "step": job.step_months, "horizon": horizon}
    held_out = expanding_origins(months, most=job.held_out_origins, known_at=months.max(), **rules)
    at = held_out[0].at if held_out else months.min()
    searched = expanding_origins(months[months <= at], most=job.origins, known_at=at, **rules)
    if not searched:
        raise DataError(
            f"{months.nunique()} months are too few to tune on: {job.first_after_months} come before the first origin, "
            f"{job.step_months} are searched on, {job.step_months * job.held_out_origins} later ones are held out, and "
            f"{horizon} must pass after each part before its labels are mature"
        )
    return searched, held_out


def make_folds(data: TuningData) -> list[Fold]:
    """Return the rows of every origin of the search, prepared once for all trials."""
    refuse_denied([feature.name for feature in data.features])
    searched, held_out = tuning_origins(data)
    return [_fold(data, origin, known_by=held_out[0].at) for origin in searched]


def _fold(data: TuningData, origin: Origin, *, known_by: pd.Timestamp) -> Fold:
    panel, outcomes, horizon = data.panel, data.outcomes, data.spec.headline
    past = (panel["as_of"] <= origin.at).to_numpy()
    encoding = fit_encoding(panel[past], data.features)
    past_panel, past_outcomes = (rows[past].reset_index(drop=True) for rows in (panel, outcomes))
    training, _ = training_sets(past_panel, past_outcomes, encoding, data.spec, origin.at)
    later = exit_within(outcomes, horizon, known_at=known_by).where(panel["as_of"].isin(origin.scored).to_numpy())
    rows = panel[later.notna().to_numpy()]
    label = later.dropna().to_numpy()
    return Fold(
        training,
        encoding.matrix(rows),
        LabelledScores(label, np.zeros(len(rows)), rows["agent_id"].astype(str).to_numpy(), rows["as_of"].to_numpy()),
        encoding.constraints,
        encoding.baseline,
    )
