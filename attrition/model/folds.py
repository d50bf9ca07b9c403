"""On which past months settings are searched, and on which later ones, held out of it, what was found is judged."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from attrition import __version__
from attrition.errors import DataError
from attrition.features.declare import Feature
from attrition.labels.outcomes import exit_within
from attrition.model.encode import learn
from attrition.model.known import Known, known_at
from attrition.model.leakage import refuse_denied
from attrition.model.metrics import Judged
from attrition.model.spec import Spec
from attrition.model.splits import Origin, origins
from attrition.model.tunable import TuneJob


@dataclass(frozen=True)
class Material:
    """What is tuned: a panel with what followed, its features, the specification as it stands, and the job."""

    panel: pd.DataFrame
    outcomes: pd.DataFrame
    features: Sequence[Feature]
    spec: Spec
    job: TuneJob

    @property
    def key(self) -> str:
        """Name the search by all it rests on but its budget, so that trials on different data are never compared."""
        digest = hashlib.sha256(__version__.encode())
        for rows in (self.panel, self.outcomes):
            digest.update(" ".join(rows.columns).encode())
            digest.update(pd.util.hash_pandas_object(rows, index=False).to_numpy().tobytes())
        said = (repr(self.features), self.spec.model_dump_json(), self.job.model_dump_json(exclude={"budget_minutes"}))
        digest.update("".join(said).encode())
        return digest.hexdigest()[:16]


@dataclass(frozen=True)
class Fold:
    """One past month-end: rows whose label was known then, and rows of the months after it."""

    known: Known
    later: np.ndarray
    judged: Judged
    constraints: list[int]
    baseline: list[int]


def laid(material: Material) -> tuple[list[Origin], list[Origin]]:
    """Lay the origins of the search, and the later ones that are held out of it.

    The search knows no label that was not known at the first origin held out, so that nothing it learnt from, nor
    was judged by, reaches into the months that what it found is judged on.

    Raises
    ------
    DataError
        History is too short for both.
    """
    job, months, horizon = material.job, material.panel["as_of"], material.spec.headline
    rules = {"first_after": job.first_after_months, "step": job.step_months, "horizon": horizon}
    held_out = origins(months, most=job.held_out_origins, known_at=months.max(), **rules)
    at = held_out[0].at if held_out else months.min()
    searched = origins(months[months <= at], most=job.origins, known_at=at, **rules)
    if not searched:
        raise DataError(
            f"{months.nunique()} months are too few to tune on: {job.first_after_months} come before the first trial, "
            f"{job.step_months} are searched on, {job.step_months * job.held_out_origins} later ones are held out, and "
            f"{horizon} must pass after each part before it can be judged"
        )
    return searched, held_out


def folds_of(material: Material) -> list[Fold]:
    """Prepare the rows of every origin of the search once, for all trials."""
    refuse_denied([feature.name for feature in material.features])
    searched, held_out = laid(material)
    return [_fold(material, origin, known_by=held_out[0].at) for origin in searched]


def _fold(material: Material, origin: Origin, *, known_by: pd.Timestamp) -> Fold:
    panel, outcomes, horizon = material.panel, material.outcomes, material.spec.headline
    past = (panel["as_of"] <= origin.at).to_numpy()
    encoding = learn(panel[past], material.features)
    seen, what = (rows[past].reset_index(drop=True) for rows in (panel, outcomes))
    known, _ = known_at(seen, what, encoding, material.spec, origin.at)
    later = exit_within(outcomes, horizon, known_at=known_by).where(panel["as_of"].isin(origin.scored).to_numpy())
    rows = panel[later.notna().to_numpy()]
    outcome = later.dropna().to_numpy()
    return Fold(
        known,
        encoding.matrix(rows),
        Judged(outcome, np.zeros(len(rows)), rows["agent_id"].astype(str).to_numpy(), rows["as_of"].to_numpy()),
        encoding.constraints,
        encoding.baseline,
    )
