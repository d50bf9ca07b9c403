"""The promotion bar: what a model must show on later months before anybody is scored by it; any doubt means no."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from attrition.model.backtest import Backtest, fewer, judged_rows, tried
from attrition.model.baselines import TENURE_ONLY
from attrition.model.canaries import Canary
from attrition.model.examine import Examination
from attrition.model.metrics import Judged, auc, brier_skill, calibration_error, calibration_error_by_chance
from attrition.model.risk import FittedRisk


@dataclass(frozen=True)
class Check:
    """One thing that was asked of a model, whether it holds, and the figure in words."""

    name: str
    passed: bool
    said: str


@dataclass(frozen=True)
class Candidate:
    """A model before promotion, its examination, and rows of the panel by which reloading is tried."""

    fitted: FittedRisk
    examination: Examination
    rows: pd.DataFrame


def judge(candidate: Candidate, rival: Backtest | None = None) -> list[Check]:
    """Hold a candidate against the bar of its specification.

    Parameters
    ----------
    candidate : Candidate
        What is to be promoted.
    rival : Backtest, optional
        The champion on the same later months, from `champion_trial`; none when there is no champion.

    Returns
    -------
    list of Check
        Every check, whether it passed or not; a check that fails to run has not passed.
    """
    exam = candidate.examination
    asked: dict[str, Callable[[], tuple[bool, str]]] = {
        "enough resignations to judge by": partial(_enough, exam),
        "observed over expected": partial(_level, exam),
        "calibration slope": partial(_slope, exam),
        "calibration error": partial(_error, exam),
        "better than tenure alone": partial(_beats_tenure, exam),
        "at least as good as the champion": partial(_beats_champion, exam, rival),
        **{canary.name: partial(_quiet, canary) for canary in exam.canaries},
        "reloads with identical scores": partial(_reloads, candidate),
    }
    return [_checked(name, check) for name, check in asked.items()]


def is_met(checks: list[Check]) -> bool:
    """Say whether every check passed; no checks at all do not pass."""
    return bool(checks) and all(check.passed for check in checks)


def champion_trial(
    champion: FittedRisk, examination: Examination, *, panel: pd.DataFrame, outcomes: pd.DataFrame
) -> Backtest:
    """Put the champion's recipe on the months of an examination.

    As it stands, a champion fitted last month has seen the answers of these months, and one fitted last year knows
    less than the candidate. So its recipe (specification, and features as far as the panel still has them) is fitted
    at the examination's origin, where both know equally much. The same recipe is not fitted twice.
    """
    origin, drawn = examination.origin, examination.fitted.spec
    features = tuple(feature for feature in champion.features if feature.name in panel.columns)
    recipe = fewer(champion.spec, members=drawn.trees.members, draws=drawn.examination.draws)
    if recipe == drawn and features == examination.fitted.features:
        return examination.trial
    past = (panel["as_of"] <= examination.at).to_numpy()
    return tried(
        panel[past].reset_index(drop=True),
        outcomes[past].reset_index(drop=True),
        features=features,
        spec=recipe,
        laid=[origin],
    )


def _checked(name: str, check: Callable[[], tuple[bool, str]]) -> Check:
    """Run one check; whatever goes wrong in it is a no, and its message is kept out, since it may hold values."""
    try:
        passed, said = check()
    except Exception as error:
        return Check(name, False, f"could not be checked ({type(error).__name__})")
    return Check(name, bool(passed), said)


def _enough(exam: Examination) -> tuple[bool, str]:
    events, least = int(_headline(exam.trial).label.sum()), exam.fitted.spec.bar.minimum_events
    return events >= least, f"{events} on later months; at least {least}"


def _level(exam: Examination) -> tuple[bool, str]:
    value, (low, high) = exam.figure("observed_over_expected"), exam.fitted.spec.bar.observed_over_expected
    return low <= value <= high, f"{value:.2f}; {low} to {high}"


def _slope(exam: Examination) -> tuple[bool, str]:
    """Allow one standard error: on few resignations a good slope is off by chance, and no champion helps nobody."""
    value, (low, high) = exam.slope.slope, exam.fitted.spec.bar.calibration_slope
    error = math.sqrt(exam.slope.covariance[0])
    said = f"{value:.2f}; {low} to {high}, give or take its standard error of {error:.2f}"
    return low - error <= value <= high + error, said


def _error(exam: Examination) -> tuple[bool, str]:
    judged, limit = _headline(exam.trial), exam.fitted.spec.bar.calibration_error
    value = float(calibration_error(judged)[0])
    chance = calibration_error_by_chance(judged, draws=exam.fitted.spec.examination.draws)
    said = f"{value:.4f}; at most {limit}, or {chance:.4f}, which a perfect model may show on so few rows"
    return value <= max(limit, chance), said


def _beats_tenure(exam: Examination) -> tuple[bool, str]:
    own, other = exam.figure("auc"), exam.figure("auc", model=TENURE_ONLY)
    if math.isnan(other):
        return own > 0.5, f"AUC {own:.3f}; no feature tells tenure, so over .5"
    margin = exam.fitted.spec.bar.auc_over_tenure_only
    return own > other + margin, f"AUC {own:.3f}, tenure alone {other:.3f}; more by over {margin}"


def _beats_champion(exam: Examination, rival: Backtest | None) -> tuple[bool, str]:
    if rival is None:
        return True, "there is no champion yet"
    if rival is exam.trial:
        return True, "the champion's own recipe, with newer months"
    own, other = _headline(exam.trial), _headline(rival)
    margin = exam.fitted.spec.bar.margin_to_champion
    figures = {"AUC": (auc(own)[0], auc(other)[0]), "Brier skill": (brier_skill(own)[0], brier_skill(other)[0])}
    said = "; ".join(f"{name} {ours:.3f}, champion's recipe {theirs:.3f}" for name, (ours, theirs) in figures.items())
    return all(ours >= theirs - margin for ours, theirs in figures.values()), f"{said}; less by at most {margin}"


def _quiet(canary: Canary) -> tuple[bool, str]:
    limit = canary.allowed_errors
    return canary.is_quiet, f"AUC {canary.auc:.3f}, standard error {canary.error:.3f}; within {limit} of them from .5"


def _reloads(candidate: Candidate) -> tuple[bool, str]:
    with tempfile.TemporaryDirectory() as folder:
        candidate.fitted.save(Path(folder) / "model")
        again = FittedRisk.load(Path(folder) / "model").score(candidate.rows)
    same = again.equals(candidate.fitted.score(candidate.rows)) and len(again) > 0
    return same, f"{len(again)} scores, {'bit for bit' if same else 'not the same'}"


def _headline(trial: Backtest) -> Judged:
    spec = trial.fits[0].spec
    scores = trial.scores
    return judged_rows(scores[(scores["horizon_months"] == spec.headline) & scores["resigned"].notna()], spec)
