"""The search for settings of the trees on past months; it can be stopped, and goes on from the trials it has."""

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

from attrition.data.progress import Progress
from attrition.errors import MissingExtra
from attrition.model.boosting import mean_of_members
from attrition.model.calibration import fit_platt
from attrition.model.exits import fit_trees, unfitted_trees, without_baseline_if_short
from attrition.model.folds import Fold, TuningData
from attrition.model.metrics import LabelledScores, auc_within_months
from attrition.model.spec import Spec
from attrition.model.tunable import TuneJob, declared_settings, rounded_setting, with_settings

if TYPE_CHECKING:
    import optuna

SECONDS, AUC = "seconds", "auc"
"""Attributes of each trial."""


@dataclass(frozen=True)
class TuningResult:
    """What a search has done so far: one row per finished trial, the best settings, and the months it used.

    `trials` has number, the settings, log_loss, auc, seconds. The first is the specification as it is declared. A trial
    that was pruned after its first folds has no log_loss and no auc, since it was not evaluated on the same months.
    """

    trials: pd.DataFrame
    default: dict[str, float]
    best: dict[str, float]
    months: tuple[pd.Timestamp, ...]


def require_optuna() -> None:
    """Raise an error before any work is done where Optuna is not installed.

    Raises
    ------
    MissingExtra
        Names the extra to install.
    """
    if find_spec("optuna") is None:
        raise MissingExtra("tune", "attrition tune")


def search_settings(
    data: TuningData, folds: Sequence[Fold], *, storage: Path, clock: Callable[[], float], progress: Progress
) -> TuningResult:
    """Run trials until the budget is used up, the declared settings first; an earlier run is continued.

    Parameters
    ----------
    data, folds
        What is tuned, and its `make_folds`.
    storage : Path
        A SQLite file of all finished trials; made where missing.
    clock : callable
        Returns seconds; the time of a trial counts against the budget, over all runs together.
    progress : callable
        Called before each trial.

    Raises
    ------
    DeclarationError
        A declared setting lies outside its range.

    Notes
    -----
    Settings are proposed by a tree-structured Parzen estimator (Bergstra et al. 2011). A trial that is among the worst
    quarter after its first folds is pruned; not more of them, since a few months separate settings badly.
    """
    default = declared_settings(data.spec, data.job.search)
    budget = data.job.budget_minutes * 60
    with _study(data, storage) as study:
        _enqueue_first(study, default)
        while (spent := _spent(study)) < budget:
            progress(_progress_line(study, spent, budget))
            _run_trial(study, data, folds, clock)
        best = {name: rounded_setting(name, value) for name, value in study.best_params.items()}
        months = np.unique(np.concatenate([fold.test.month for fold in folds]))
        return TuningResult(_table(study), default, best, tuple(pd.Timestamp(month) for month in months))


def log_losses(label: np.ndarray, risk: np.ndarray) -> np.ndarray:
    """Return each row's logarithmic loss, a proper scoring rule: the lower the mean, the better the risks."""
    risk = np.clip(risk, 1e-9, 1 - 1e-9)
    return -np.where(label == 1, np.log(risk), np.log1p(-risk))


def _evaluate(fold: Fold, spec: Spec, members: int) -> tuple[float, float]:
    """Return mean log loss and AUC on the later months of a fold.

    Risks are calibrated on those months themselves: the model calibrates apart from the trees, and a trial is about the
    trees. The tuned settings are evaluated with the calibration the model will have.
    """
    unfitted = unfitted_trees(spec, fold.constraints, members=members, baseline=fold.baseline)
    trees = fit_trees(without_baseline_if_short(unfitted, fold.training), fold.training, spec)
    margin, test = mean_of_members(trees.margins(fold.test_encoded)), fold.test
    risk = expit(fit_platt(margin, test.label, test.agent).log_odds(margin))
    auc, _ = auc_within_months(LabelledScores(test.label, risk, test.agent, test.month))
    return float(log_losses(test.label, risk).mean()), auc


def _run_trial(study: optuna.Study, data: TuningData, folds: Sequence[Fold], clock: Callable[[], float]) -> None:
    """Run one trial; one that is interrupted counts as failed, and costs no budget."""
    from optuna.trial import TrialState

    began, trial = clock(), study.ask()
    try:
        spec = with_settings(data.spec, _suggested(trial, data.job))
        results: list[tuple[float, float]] = []
        for place, fold in enumerate(folds):
            results.append(_evaluate(fold, spec, data.job.members))
            trial.report(float(np.mean([loss for loss, _ in results])), place)
            if trial.should_prune():
                break
        trial.set_user_attr(SECONDS, clock() - began)
        if len(results) < len(folds):
            study.tell(trial, state=TrialState.PRUNED)
            return
        loss, auc = np.mean(results, axis=0)
        trial.set_user_attr(AUC, float(auc))
        study.tell(trial, float(loss))
    except BaseException:
        study.tell(trial, state=TrialState.FAIL)
        raise


def _suggested(trial: optuna.Trial, job: TuneJob) -> dict[str, float]:
    values: dict[str, float] = {}
    for name, limits in job.search.ranges.items():
        suggest: Any = trial.suggest_int if isinstance(rounded_setting(name, 1), int) else trial.suggest_float
        lowest, highest = rounded_setting(name, limits.lowest), rounded_setting(name, limits.highest)
        values[name] = rounded_setting(name, suggest(name, lowest, highest, log=limits.by == "factor"))
    return values


@contextmanager
def _study(data: TuningData, storage: Path) -> Iterator[optuna.Study]:
    """Open the study of this search, made where missing."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    storage.parent.mkdir(parents=True, exist_ok=True)
    database = optuna.storages.RDBStorage(f"sqlite:///{storage.resolve()}")
    try:
        study = optuna.create_study(study_name=data.key, storage=database, load_if_exists=True)
        # A continued run draws other numbers than the one before; a trial left by a killed run biases nothing.
        seed = data.job.seed + len(study.get_trials(deepcopy=False))
        study.sampler = optuna.samplers.TPESampler(seed=seed, constant_liar=False)
        study.pruner = optuna.pruners.PercentilePruner(75.0, n_startup_trials=5)
        yield study
    finally:
        database.remove_session()
        database.engine.dispose()


def _enqueue_first(study: optuna.Study, default: dict[str, float]) -> None:
    """Queue the declared settings as the first trial."""
    from optuna.trial import TrialState

    waiting = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.WAITING))
    if not waiting:
        study.enqueue_trial(default)


def _finished(study: optuna.Study) -> list[optuna.trial.FrozenTrial]:
    from optuna.trial import TrialState

    return study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.PRUNED))


def _spent(study: optuna.Study) -> float:
    return sum(trial.user_attrs[SECONDS] for trial in _finished(study))


def _progress_line(study: optuna.Study, spent: float, budget: float) -> str:
    """Return which trial begins, how much of the budget is used, and the best log loss beside the first."""
    finished = _finished(study)
    line = f"trial {len(finished) + 1} ({spent / 60:.1f} of {budget / 60:g} min)"
    return f"{line}, log loss {study.best_value:.5f} at best, {finished[0].value:.5f} at first" if finished else line


def _table(study: optuna.Study) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"number": trial.number}
            | {name: rounded_setting(name, value) for name, value in trial.params.items()}
            | {"log_loss": trial.value if AUC in trial.user_attrs else None, AUC: trial.user_attrs.get(AUC)}
            | {SECONDS: trial.user_attrs[SECONDS]}
            for trial in _finished(study)
        ]
    ).astype({"log_loss": float, AUC: float})
