"""Search for settings of the trees on past months: trials that can be stopped, kept, and gone on with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import expit

from attrition.errors import MissingExtra
from attrition.model.boosting import mean_of_members
from attrition.model.calibration import sigmoid
from attrition.model.exits import grown, suited, trees_of
from attrition.model.folds import Fold, Material
from attrition.model.metrics import Judged, auc_within_months
from attrition.model.spec import Spec
from attrition.model.tunable import TuneJob, declared_values, whole_or_rounded, with_values

if TYPE_CHECKING:
    import optuna

Progress = Callable[[str], None]
SECONDS, AUC = "seconds", "auc"
"""What is kept beside each trial."""


@dataclass(frozen=True)
class Searched:
    """What a search has done so far: one row per finished trial, the best settings, and on which months.

    `trials` has number, the settings, log_loss, auc, seconds. The first is the specification as it stands. A trial that
    was given up after its first months has no log_loss and no auc, since it was not judged on the same months.
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
    A tree-structured Parzen estimator proposes (Bergstra et al. 2011). A trial that is among the worst quarter after
    its first months is given up; not more of them, since a few months tell settings apart badly.
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


def _scored(fold: Fold, spec: Spec, members: int) -> tuple[float, float]:
    """Give mean log loss and AUC on the later months of a fold.

    The level of the risks is set on those months themselves: the model sets it apart from the trees, and a trial is
    about the trees. What is found is judged with the level set as it will be.
    """
    unfitted = trees_of(spec, fold.constraints, members=members, baseline=fold.baseline)
    trees = grown(suited(unfitted, fold.known), fold.known, spec)
    margin, judged = mean_of_members(trees.margins(fold.later)), fold.judged
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
        trial.set_user_attr(SECONDS, clock() - began)
        if len(found) < len(folds):
            study.tell(trial, state=TrialState.PRUNED)
            return
        loss, area = np.mean(found, axis=0)
        trial.set_user_attr(AUC, float(area))
        study.tell(trial, float(loss))
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
        study.pruner = optuna.pruners.PercentilePruner(75.0, n_startup_trials=5)
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
    said = f"trial {len(done) + 1} ({spent / 60:.1f} of {budget / 60:g} min)"
    return f"{said}, log loss {study.best_value:.5f} at best, {done[0].value:.5f} at first" if done else said


def _table(study: optuna.Study) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"number": trial.number}
            | {name: whole_or_rounded(name, value) for name, value in trial.params.items()}
            | {"log_loss": trial.value if AUC in trial.user_attrs else None, AUC: trial.user_attrs.get(AUC)}
            | {SECONDS: trial.user_attrs[SECONDS]}
            for trial in _finished(study)
        ]
    ).astype({"log_loss": float, AUC: float})
