"""The search for better settings of the trees on past months, with Optuna.

It can be stopped at any time; the next run continues with the trials that were stored.
"""

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
from attrition.message import Message
from attrition.model.calibration import fit_platt
from attrition.model.exits import fit_trees, unfitted_trees, without_baseline_if_history_is_short
from attrition.model.folds import Fold, TuningData
from attrition.model.margins import mean_of_members
from attrition.model.metrics import LabelledScores, auc_within_months
from attrition.model.spec import Spec
from attrition.model.tunable import TuneJob, declared_settings, rounded_setting, with_settings

if TYPE_CHECKING:
    import optuna

SECONDS, AUC = "seconds", "auc"
"""Names of the two values that are stored with each Optuna trial, and of their columns in the table of trials."""


@dataclass(frozen=True)
class TuningResult:
    """The result of a search so far.

    Attributes
    ----------
    trials : DataFrame
        number, one column per setting, log_loss, auc, seconds: one row per finished trial. The first has the declared
        settings. log_loss and auc are null for a trial that was pruned, since it was not tested on all months.
    default_settings, best_settings : dict of str to float
        The declared settings, and those of the trial with the lowest log loss.
    test_months : tuple of Timestamp
        The months that the trials were tested on.
    """

    trials: pd.DataFrame
    default_settings: dict[str, float]
    best_settings: dict[str, float]
    test_months: tuple[pd.Timestamp, ...]


def require_optuna() -> None:
    """Raise an error if Optuna is not installed; called before any work is done.

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
    """Run trials until the budget is used up, and return the result; an earlier run is continued.

    The first trial has the declared settings.

    Parameters
    ----------
    data : TuningData
        The input of the search.
    folds : sequence of Fold
        From `attrition.model.folds.make_folds`.
    storage : Path
        The SQLite file with the trials; created if needed.
    clock : callable
        Returns seconds. The seconds of all finished trials of all runs count against the budget; a trial that has begun
        is finished even if the budget is then exceeded.
    progress : callable
        Called before each trial with a line of text.

    Raises
    ------
    DeclarationError
        A declared setting lies outside its range.

    Notes
    -----
    Settings are proposed by a tree-structured Parzen estimator (Bergstra et al. 2011). A trial whose mean log loss
    after some folds is among the worst quarter is pruned. Not more are pruned, since a few months tell settings apart
    poorly.
    """
    default_settings = declared_settings(data.spec, data.job.search)
    budget = data.job.budget_minutes * 60
    with _study(data, storage) as study:
        _enqueue_first(study, default_settings)
        while (spent := _spent_seconds(study)) < budget:
            progress(_progress_line(study, spent, budget))
            _run_trial(study, data, folds, clock)
        best_settings = {name: rounded_setting(name, value) for name, value in study.best_params.items()}
        test_months = np.unique(np.concatenate([fold.test.month for fold in folds]))
        month_ends = tuple(pd.Timestamp(month) for month in test_months)
        return TuningResult(_trials_table(study), default_settings, best_settings, month_ends)


def log_losses(label: np.ndarray, risk: np.ndarray) -> np.ndarray:
    """Return the log loss (negative log-likelihood) of each row; risks are clipped to 1e-9 and 1 - 1e-9."""
    risk = np.clip(risk, 1e-9, 1 - 1e-9)
    return -np.where(label == 1, np.log(risk), np.log1p(-risk))


def _evaluate(fold: Fold, spec: Spec, members: int) -> tuple[float, float]:
    """Return mean log loss and AUC within months on the test months of a fold.

    The trees are fitted alone, without the regression that the model blends them with. The risks are calibrated on the
    test months themselves, since a trial only compares settings of the trees. The
    result of the search is evaluated with the calibration that the model will have (`attrition.model.improvement`).
    """
    unfitted = unfitted_trees(spec, fold.constraints, members=members, baseline=fold.baseline)
    trees = fit_trees(without_baseline_if_history_is_short(unfitted, fold.training), fold.training, spec)
    margin, test = mean_of_members(trees.margins(fold.test_encoded)), fold.test
    risk = expit(fit_platt(margin, test.label, test.agent).log_odds(margin))
    auc, _ = auc_within_months(LabelledScores(test.label, risk, test.agent, test.month))
    return float(log_losses(test.label, risk).mean()), auc


def _run_trial(study: optuna.Study, data: TuningData, folds: Sequence[Fold], clock: Callable[[], float]) -> None:
    """Run one trial and store it.

    If it is interrupted, it is stored as failed and does not count against the budget.
    """
    from optuna.trial import TrialState

    began, trial = clock(), study.ask()
    try:
        spec = with_settings(data.spec, _suggested(trial, data.job))
        results: list[tuple[float, float]] = []
        for step, fold in enumerate(folds):
            results.append(_evaluate(fold, spec, data.job.members))
            trial.report(float(np.mean([loss for loss, _ in results])), step)
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
    """Return the settings that Optuna proposes for a trial."""
    values: dict[str, float] = {}
    for name, limits in job.search.ranges.items():
        suggest: Any = trial.suggest_int if isinstance(rounded_setting(name, 1), int) else trial.suggest_float
        lowest, highest = rounded_setting(name, limits.lowest), rounded_setting(name, limits.highest)
        values[name] = rounded_setting(name, suggest(name, lowest, highest, log=limits.by == "factor"))
    return values


@contextmanager
def _study(data: TuningData, storage: Path) -> Iterator[optuna.Study]:
    """Yield the Optuna study of this search, which is created if needed; the database is closed afterwards."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    storage.parent.mkdir(parents=True, exist_ok=True)
    database = optuna.storages.RDBStorage(f"sqlite:///{storage.resolve()}")
    try:
        study = optuna.create_study(study_name=data.key, storage=database, load_if_exists=True)
        # The seed depends on the number of trials, so that a continued run does not propose the same settings again.
        # Trials that a killed run left unfinished are ignored: constant_liar is off.
        seed = data.job.seed + len(study.get_trials(deepcopy=False))
        study.sampler = optuna.samplers.TPESampler(seed=seed, constant_liar=False)
        study.pruner = optuna.pruners.PercentilePruner(75.0, n_startup_trials=5)
        yield study
    finally:
        database.remove_session()
        database.engine.dispose()


def _enqueue_first(study: optuna.Study, default_settings: dict[str, float]) -> None:
    """Queue the declared settings as the first trial, unless a trial is complete or waiting."""
    from optuna.trial import TrialState

    first_trials = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.WAITING))
    if not first_trials:
        study.enqueue_trial(default_settings)


def _finished(study: optuna.Study) -> list[optuna.trial.FrozenTrial]:
    """Return the trials that are complete or pruned."""
    from optuna.trial import TrialState

    return study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.PRUNED))


def _spent_seconds(study: optuna.Study) -> float:
    """Return the seconds of all finished trials."""
    return sum(trial.user_attrs[SECONDS] for trial in _finished(study))


def _progress_line(study: optuna.Study, spent: float, budget: float) -> str:
    """Return a line with the number of the next trial, the minutes used, and the best and the first log loss."""
    finished = _finished(study)
    line = Message(
        "trial {number} ({spent:.1f} of {budget:g} min)", number=len(finished) + 1, spent=spent / 60, budget=budget / 60
    )
    if not finished:
        return line
    best, first = study.best_value, finished[0].value
    return line + Message(", log loss {best:.5f} at best, {first:.5f} at first", best=best, first=first)


def _trials_table(study: optuna.Study) -> pd.DataFrame:
    """Return the table of trials, see `TuningResult`."""
    return pd.DataFrame(
        [
            {"number": trial.number}
            | {name: rounded_setting(name, value) for name, value in trial.params.items()}
            | {"log_loss": trial.value if AUC in trial.user_attrs else None, AUC: trial.user_attrs.get(AUC)}
            | {SECONDS: trial.user_attrs[SECONDS]}
            for trial in _finished(study)
        ]
    ).astype({"log_loss": float, AUC: float})
