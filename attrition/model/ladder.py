"""The ladder: which form of model a centre's data can carry, from the richest that is declared to one rate for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from attrition.data.phrase import Phrase
from attrition.data.progress import Progress, silent
from attrition.errors import DataError
from attrition.features.declare import Feature
from attrition.labels.outcomes import KEYS, exit_within
from attrition.message import Message
from attrition.model.backtest import labelled_scores
from attrition.model.baselines import TENURE_ONLY
from attrition.model.check import Check, all_passed, check_name
from attrition.model.holdout import HoldoutEvaluation, evaluate_holdout, evaluate_on_same_months
from attrition.model.metrics import auc
from attrition.model.paired_bootstrap import paired_difference
from attrition.model.promotion_criteria import headline_scores, holdout_checks
from attrition.model.provisional import is_refuted
from attrition.model.risk import FittedRisk, fit
from attrition.model.rungs import ORDERING_RUNGS, RUNG_WORDS, RungWords, rungs_below, spec_of_rung
from attrition.model.spec import Rung, Spec


@dataclass(frozen=True)
class OrderGain:
    """By how much the AUC of a rung is larger than that of tenure alone (of the tenure rung itself: than .5).

    Attributes
    ----------
    value, low, high : float
        The difference and its limits, each with the declared confidence; NaN if they cannot be computed.
    """

    value: float
    low: float
    high: float

    @property
    def is_shown(self) -> bool:
        """Whether the whole interval lies above 0."""
        return bool(self.low > 0)


@dataclass(frozen=True)
class ExaminedRung:
    """One rung, and why it was left or chosen.

    Attributes
    ----------
    rung : str
        Its name.
    evaluation : HoldoutEvaluation or None
        Its results on the test months; None if it could not be fitted before them.
    checks : tuple of Check
        The criteria that the test months decide.
    gain : OrderGain or None
        Its order against that of tenure alone.
    is_chosen : bool
        Whether the model in use has this form.
    reason_en, reason_zh : str
        Why it was left, or what the choice rests on.
    """

    rung: Rung
    evaluation: HoldoutEvaluation | None
    checks: tuple[Check, ...]
    gain: OrderGain | None
    is_chosen: bool
    reason_en: str
    reason_zh: str

    @property
    def words(self) -> RungWords:
        """Return what the rung is, in English and Chinese."""
        return RUNG_WORDS[self.rung]


@dataclass(frozen=True)
class Examined:
    """The form that a centre's data can carry.

    Attributes
    ----------
    spec : Spec
        The specification of the chosen rung.
    evaluation : HoldoutEvaluation or None
        Its results on the test months; None if no rung could be examined, as history is too short.
    is_shown : bool
        Whether it passed every criterion that the test months decide. If not, it is at most provisional.
    orders_people : bool
        Whether its order of agents was shown to be more than that of tenure.
    rungs : tuple of ExaminedRung
        Every rung that was looked at, the richest first.
    """

    spec: Spec
    evaluation: HoldoutEvaluation | None
    is_shown: bool
    orders_people: bool
    rungs: tuple[ExaminedRung, ...]


def choose_rung(
    panel: pd.DataFrame,
    outcomes: pd.DataFrame,
    *,
    features: Sequence[Feature],
    spec: Spec,
    known_at: pd.Timestamp,
    progress: Progress = silent,
) -> Examined:
    """Return the richest rung that is shown to be right on later months; failing that, the best that nothing refutes.

    The rungs are examined from the declared one downwards, on the same months, until one passes every criterion. If
    none does, the choice is the richest whose level no check refuted and whose order is shown to be more than that of
    tenure (of tenure and season: more than chance); and one rate for everybody where there is none.

    Parameters
    ----------
    panel, outcomes, features, spec
        As for `attrition.model.risk.fit`. `outcomes` holds the site, role and tenure band of every agent-month as well.
    known_at : Timestamp
        Month-end up to which labels are known; rows after it are ignored.
    progress : callable, optional
        Called before each rung after the first.

    Raises
    ------
    LeakageFound
        A feature is on the deny-list, or a figure is too good to be true and not waived.
    """
    spec = _with_possible_holdout(spec, outcomes, known_at)
    examined: list[ExaminedRung] = []
    for rung in rungs_below(spec.rung):
        if examined:
            progress(
                Message("examining a plainer model: {form}", form=Phrase(RUNG_WORDS[rung].en, RUNG_WORDS[rung].zh))
            )
        first = next((other.evaluation for other in examined if other.evaluation is not None), None)
        rung_spec = spec_of_rung(spec, rung)
        try:
            if first is None:
                evaluation = evaluate_holdout(
                    panel, outcomes, features=features, spec=rung_spec, known_at=known_at, progress=progress
                )
            else:
                evaluation = evaluate_on_same_months(
                    first, rung_spec, panel=panel, outcomes=outcomes, features=features
                )
        except DataError as error:
            examined.append(_not_examined(rung, error, examined))
            continue
        examined.append(_examine(rung, evaluation, outcomes))
        if all_passed(examined[-1].checks):
            break
    return _choose(_with_order_over_tenure(examined), spec)


def fit_chosen(
    examined: Examined,
    panel: pd.DataFrame,
    outcomes: pd.DataFrame,
    *,
    features: Sequence[Feature],
    fitted_at: pd.Timestamp,
) -> FittedRisk:
    """Fit the chosen rung on what was known at a month-end; the model knows whether it may order people.

    Raises
    ------
    DataError
        Not one month of labels is mature; the message says from when on there will be one.
    """
    fitted = fit(panel, outcomes, features=features, spec=examined.spec, fitted_at=fitted_at)
    return replace(fitted, orders_people=examined.orders_people)


def order_gain(evaluation: HoldoutEvaluation, other: pd.DataFrame | None) -> OrderGain:
    """Return by how much a model's AUC is larger than another's on the test months, by a paired bootstrap of agents.

    Parameters
    ----------
    evaluation : HoldoutEvaluation
    other : DataFrame or None
        agent_id, as_of and ``risk`` of the other model at the headline; without it the model is compared with .5.
    """
    spec, rows = evaluation.fitted.spec, headline_scores(evaluation.backtest)
    scores = labelled_scores(rows, spec)
    if other is None:
        second = replace(scores, risk=np.zeros(len(scores.risk)))
    else:
        risks = rows[[*KEYS, "resigned"]].merge(other[[*KEYS, "risk"]], on=KEYS, validate="one_to_one")
        second = labelled_scores(risks, spec)
    gain = paired_difference(auc, scores, second, draws=spec.holdout.draws, confidence=spec.promotion.confidence)
    return OrderGain(gain.first - gain.second, gain.low, gain.high)


def _with_possible_holdout(spec: Spec, outcomes: pd.DataFrame, known_at: pd.Timestamp) -> Spec:
    """Return the specification with fewer test months where the declared ones would leave no mature month before them.

    Unchanged where not even one test month is possible.
    """
    mature = outcomes.loc[exit_within(outcomes, spec.headline, known_at=known_at).notna(), "as_of"].nunique()
    delay = int(outcomes["recording_months"].max()) if "recording_months" in outcomes and len(outcomes) else 0
    possible = mature - spec.headline - delay - 1
    if possible < 1 or possible >= spec.holdout.months:
        return spec
    return spec.model_copy(update={"holdout": spec.holdout.model_copy(update={"months": possible})})


def _examine(rung: Rung, evaluation: HoldoutEvaluation, outcomes: pd.DataFrame) -> ExaminedRung:
    """Return a rung with its checks; its order is compared with the tree on tenure, or with chance."""
    checks = tuple(holdout_checks(evaluation, outcomes))
    baselines = evaluation.backtest.baselines
    tenure = baselines[baselines["model"] == TENURE_ONLY]
    gain = order_gain(evaluation, tenure if rung in ORDERING_RUNGS and len(tenure) else None)
    return ExaminedRung(rung, evaluation, checks, gain, False, *_reason(checks))


def _not_examined(rung: Rung, error: DataError, richer: Sequence[ExaminedRung]) -> ExaminedRung:
    """Return a rung that could not be fitted before the test months; what was said of a richer one is not repeated."""
    english, chinese = f"could not be examined: {error}", "历史太短或离职太少，无法检验"
    if any(other.reason_en == english for other in richer):
        english, chinese = "could not be examined for the same reason", "同样无法检验"
    return ExaminedRung(rung, None, (), None, False, english, chinese)


def _with_order_over_tenure(examined: Sequence[ExaminedRung]) -> list[ExaminedRung]:
    """Return the rungs, with the order of the richer ones also compared with that of the tenure rung, if it is there.

    The tenure rung knows the season and what is published, so that it may order better than a tree on tenure.
    """
    tenure = next((rung.evaluation for rung in examined if rung.rung == "tenure"), None)
    if tenure is None:
        return list(examined)
    return [_compared(rung, headline_scores(tenure.backtest)) for rung in examined]


def _compared(rung: ExaminedRung, tenure: pd.DataFrame) -> ExaminedRung:
    """Return a rung with the smaller of its gains over a tree on tenure and over the risks of the tenure rung."""
    if rung.rung not in ORDERING_RUNGS or rung.evaluation is None or rung.gain is None:
        return rung
    return replace(rung, gain=min(rung.gain, order_gain(rung.evaluation, tenure), key=lambda gain: gain.low))


def _choose(examined: Sequence[ExaminedRung], spec: Spec) -> Examined:
    """Return the choice among the examined rungs."""
    shown = next((rung for rung in examined if all_passed(rung.checks)), None)
    chosen = shown or next((rung for rung in examined if _may_be_provisional(rung)), examined[-1])
    orders = chosen.rung in ORDERING_RUNGS and (shown is not None or _has_order(chosen))
    rungs = tuple(_worded(rung, is_chosen=rung is chosen, is_shown=rung is shown) for rung in examined)
    return Examined(spec_of_rung(spec, chosen.rung), chosen.evaluation, shown is not None, orders, rungs)


def _may_be_provisional(rung: ExaminedRung) -> bool:
    """Return whether nothing refuted the rung and its order is shown."""
    return rung.evaluation is not None and not is_refuted(rung.checks) and _has_order(rung)


def _has_order(rung: ExaminedRung) -> bool:
    return rung.gain is not None and rung.gain.is_shown


def _reason(checks: Sequence[Check]) -> tuple[str, str]:
    """Return which checks a rung did not pass, in English and Chinese."""
    missed = [check for check in checks if not check.passed]
    english = "; ".join(f"{check.name}: {check.finding}" for check in missed)
    chinese = "；".join(f"{check_name(check.name).zh}：{check.finding_zh}" for check in missed)
    return english, chinese


def _worded(rung: ExaminedRung, *, is_chosen: bool, is_shown: bool) -> ExaminedRung:
    """Return a rung with the sentence on why it was chosen or left."""
    english, chinese = rung.reason_en, rung.reason_zh
    if rung.gain is not None and rung.rung in ORDERING_RUNGS and not rung.gain.is_shown:
        gain = rung.gain
        english += f"; AUC over tenure alone {gain.value:+.3f} ({gain.low:+.3f} to {gain.high:+.3f})"
        chinese += f"；AUC比仅看司龄高{gain.value:+.3f}（{gain.low:+.3f}至{gain.high:+.3f}）"
    if is_shown:
        english, chinese = "passed every criterion of the test months", "通过了检验月份的全部标准"
    elif is_chosen:
        english, chinese = f"in use although not shown: {english}", f"虽未证实仍采用：{chinese}"
    return replace(rung, is_chosen=is_chosen, reason_en=english.strip("; "), reason_zh=chinese.strip("；"))
