"""Search for settings of the trees on past months: trials that can be stopped, kept, and gone on with."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import expit

from attrition import __version__
from attrition.errors import DataError, MissingExtra
from attrition.features.declare import Feature
from attrition.labels.outcomes import within
from attrition.model.calibration import sigmoid
from attrition.model.encode import canonical_order, learn
from attrition.model.horizon import trees_of
from attrition.model.leakage import refuse_denied
from attrition.model.metrics import Judged, auc_within_months
from attrition.model.spec import Spec
from attrition.model.splits import Origin, origins
from attrition.model.tunable import TuneJob, declared_values, whole_or_rounded, with_values

if TYPE_CHECKING:
    import optuna

Progress = Callable[[str], None]
SECONDS, AUC = "seconds", "auc"
"""What is kept beside each trial."""


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

    encoded: np.ndarray
    label: np.ndarray
    agent: np.ndarray
    later: np.ndarray
    judged: Judged
    constraints: list[int]


@dataclass(frozen=True)
class Searched:
    """What a search has done so far: one row per finished trial, the best settings, and on which months.

    `trials` has number, the settings, log_loss, auc, seconds and state ("complete", or "pruned" where a trial was
    given up after its first months). The first is the specification as it stands.
    """

    trials: pd.DataFrame
    default: dict[str, float]
    best: dict[str, float]
    months: tuple[pd.Timestamp, ...]


def require_optuna() -> None:
    """Stop before any work is done where Optuna is not installed.

    Raises
    ------
    MissingExtra
        Names the extra that brings it.
    """
    if find_spec("optuna") is None:
        raise MissingExtra("tune", "attrition tune")


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
    return [_fold(material, origin, known_at=held_out[0].at) for origin in searched]


def search(
    material: Material, folds: Sequence[Fold], *, storage: Path, clock: Callable[[], float], progress: Progress
) -> Searched:
    """Try settings until the budget is used up, beginning with those that stand; go on where an earlier run stopped.

    Parameters
    ----------
    material, folds
        What is tuned, and its `folds_of`.
    storage : Path
        A SQLite file; it keeps every finished trial, and is made where missing.
    clock : callable
        Gives seconds; what a trial takes counts against the budget, over all runs together.
    progress : callable
        Told of each trial before it begins.

    Raises
    ------
    DeclarationError
        A setting as it stands lies outside its range.

    Notes
    -----
    A tree-structured Parzen estimator proposes (Bergstra et al. 2011); a trial that is worse than the median after
    its first months is given up.
    """
    default = declared_values(material.spec, material.job.search)
    budget = material.job.budget_minutes * 60
    with _study(material, storage) as study:
        _begin_with(study, default)
        while (spent := _spent(study)) < budget:
            progress(_told(study, spent, budget))
            _try(study, material, folds, clock)
        found = {name: whole_or_rounded(name, value) for name, value in study.best_params.items()}
        months = np.unique(np.concatenate([fold.judged.month for fold in folds]))
        return Searched(_table(study), default, found, tuple(pd.Timestamp(month) for month in months))


def log_losses(label: np.ndarray, risk: np.ndarray) -> np.ndarray:
    """Give each row's logarithmic loss, a proper score: the lower the mean, the better the risks."""
    risk = np.clip(risk, 1e-9, 1 - 1e-9)
    return -np.where(label == 1, np.log(risk), np.log1p(-risk))


def _fold(material: Material, origin: Origin, *, known_at: pd.Timestamp) -> Fold:
    panel, horizon = material.panel, material.spec.headline
    past = (panel["as_of"] <= origin.at).to_numpy()
    encoding = learn(panel[past], material.features)
    known = within(material.outcomes, horizon, known_at=origin.at).where(past)
    train = panel[known.notna().to_numpy()]
    encoded, label = encoding.matrix(train), known.dropna().to_numpy()
    order = canonical_order(train["as_of"], encoded, pd.DataFrame({"label": label}))
    later = within(material.outcomes, horizon, known_at=known_at).where(panel["as_of"].isin(origin.scored).to_numpy())
    rows = panel[later.notna().to_numpy()]
    outcome = later.dropna().to_numpy()
    return Fold(
        np.ascontiguousarray(encoded[order]),
        label[order],
        train["agent_id"].astype(str).to_numpy()[order],
        encoding.matrix(rows),
        Judged(outcome, np.zeros(len(rows)), rows["agent_id"].astype(str).to_numpy(), rows["as_of"].to_numpy()),
        encoding.constraints,
    )


def _scored(fold: Fold, spec: Spec, members: int) -> tuple[float, float]:
    """Give mean log loss and AUC on the later months of a fold.

    The level of the risks is set on those months themselves: the model sets it apart from the trees, and a trial is
    about the trees. What is found is judged with the level set as it will be.
    """
    trees = trees_of(spec, fold.constraints, members).fit(fold.encoded, fold.label, fold.agent)
    margin, judged = trees.decision_function(fold.later), fold.judged
    risk = expit(sigmoid(margin, judged.label, judged.agent).log_odds(margin))
    area, _ = auc_within_months(Judged(judged.label, risk, judged.agent, judged.month))
    return float(log_losses(judged.label, risk).mean()), area


def _try(study: optuna.Study, material: Material, folds: Sequence[Fold], clock: Callable[[], float]) -> None:
    """Run one trial; stopped in between it counts as failed, and costs nothing."""
    from optuna.trial import TrialState

    began, trial = clock(), study.ask()
    try:
        spec = with_values(material.spec, _suggested(trial, material.job))
        found: list[tuple[float, float]] = []
        for place, fold in enumerate(folds):
            found.append(_scored(fold, spec, material.job.members))
            trial.report(float(np.mean([loss for loss, _ in found])), place)
            if trial.should_prune():
                break
        losses, areas = zip(*found, strict=True)
        trial.set_user_attr(AUC, float(np.mean(areas)))
        trial.set_user_attr(SECONDS, clock() - began)
        whole = len(found) == len(folds)
        study.tell(trial, float(np.mean(losses)) if whole else None, None if whole else TrialState.PRUNED)
    except BaseException:
        study.tell(trial, state=TrialState.FAIL)
        raise


def _suggested(trial: optuna.Trial, job: TuneJob) -> dict[str, float]:
    values: dict[str, float] = {}
    for name, between in job.search.ranges.items():
        ask: Any = trial.suggest_int if isinstance(whole_or_rounded(name, 1), int) else trial.suggest_float
        lowest, highest = whole_or_rounded(name, between.lowest), whole_or_rounded(name, between.highest)
        values[name] = whole_or_rounded(name, ask(name, lowest, highest, log=between.by == "factor"))
    return values


@contextmanager
def _study(material: Material, storage: Path) -> Iterator[optuna.Study]:
    """Open the study of this search, or begin it."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    storage.parent.mkdir(parents=True, exist_ok=True)
    kept = optuna.storages.RDBStorage(f"sqlite:///{storage.resolve()}")
    try:
        study = optuna.create_study(study_name=material.key, storage=kept, load_if_exists=True)
        # A run that goes on draws other numbers than the one before; a trial left by a killed run misleads nobody.
        seed = material.job.seed + len(study.get_trials(deepcopy=False))
        study.sampler = optuna.samplers.TPESampler(seed=seed, constant_liar=False)
        study.pruner = optuna.pruners.MedianPruner(n_startup_trials=5)
        yield study
    finally:
        kept.remove_session()
        kept.engine.dispose()


def _begin_with(study: optuna.Study, default: dict[str, float]) -> None:
    """See to it that the settings that stand are tried first."""
    from optuna.trial import TrialState

    waiting = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.WAITING))
    if not waiting:
        study.enqueue_trial(default)


def _finished(study: optuna.Study) -> list[optuna.trial.FrozenTrial]:
    from optuna.trial import TrialState

    return study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.PRUNED))


def _spent(study: optuna.Study) -> float:
    return sum(trial.user_attrs[SECONDS] for trial in _finished(study))


def _told(study: optuna.Study, spent: float, budget: float) -> str:
    """Say which trial begins, how much of the budget is used, and how the best stands to the first."""
    done = _finished(study)
    said = f"trial {len(done) + 1} ({spent / 60:.1f} of {budget / 60:g} minutes)"
    return f"{said}, log loss {study.best_value:.5f} at best, {done[0].value:.5f} at first" if done else said


def _table(study: optuna.Study) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"number": trial.number}
            | {name: whole_or_rounded(name, value) for name, value in trial.params.items()}
            | {"log_loss": trial.value, AUC: trial.user_attrs[AUC], SECONDS: trial.user_attrs[SECONDS]}
            | {"state": trial.state.name.lower()}
            for trial in _finished(study)
        ]
    )
