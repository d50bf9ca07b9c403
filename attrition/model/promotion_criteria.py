"""The promotion criteria: checks that a newly trained model must pass before it becomes the champion."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import pandas as pd

from attrition.labels.outcomes import KEYS
from attrition.model.backtest import Backtest, labelled_scores
from attrition.model.baselines import TENURE_ONLY
from attrition.model.calibration_criteria import CalibrationResult, check_figure, evaluate_calibration
from attrition.model.card_power import power_sentences
from attrition.model.check import (
    ENOUGH,
    ERROR,
    GOLDEN_CHECK,
    GROUPS,
    LEVEL,
    LIST_KEPT,
    NOT_WORSE,
    ORDER,
    RELOAD_CHECK,
    SLOPE,
    Check,
    Result,
)
from attrition.model.golden import check_golden_rows
from attrition.model.groups import OFF, TOO_FEW, calibration_by_group, off_sentences
from attrition.model.holdout import HoldoutEvaluation
from attrition.model.loading import load_without_asking
from attrition.model.metrics import LabelledScores
from attrition.model.null_checks import NullCheck
from attrition.model.order_criteria import check_against_champion, check_against_tenure
from attrition.model.risk import FittedRisk
from attrition.model.spec import PromotionCriteria
from attrition.model.stability import compare_on_month

NO_CHAMPION = ("there is no champion to compare with", "没有可供比较的在用模型")
TOO_SHORT = ("not examined: history is too short to hold months out", "未检验：历史太短，无法留出检验月份")


@dataclass(frozen=True)
class Candidate:
    """A registered model that is to be checked.

    Attributes
    ----------
    fitted : FittedRisk
        The model.
    evaluation : HoldoutEvaluation or None
        The results of the same recipe (specification and features) on the test months; None if history is too short to
        hold any out.
    rows : DataFrame
        The panel's rows of the newest month. They are scored by the reloaded model and by the champion.
    groups : DataFrame
        agent_id, as_of, and the site, role and tenure band of every agent-month.
    folder : Path
        The folder of its files in the registry.
    """

    fitted: FittedRisk
    evaluation: HoldoutEvaluation | None
    rows: pd.DataFrame
    groups: pd.DataFrame
    folder: Path


@dataclass(frozen=True)
class Incumbent:
    """The champion that a candidate is compared with.

    Attributes
    ----------
    version : str
        In the registry.
    fitted : FittedRisk
        The model.
    backtest : Backtest
        Its recipe fitted and tested on the months of the candidate's holdout evaluation.
    """

    version: str
    fitted: FittedRisk
    backtest: Backtest


def evaluate_criteria(candidate: Candidate, incumbent: Incumbent | None = None) -> list[Check]:
    """Return the results of all promotion criteria for a candidate.

    Parameters
    ----------
    candidate : Candidate
        The model that is to be promoted.
    incumbent : Incumbent, optional
        The champion; without one, the comparisons with it are passed.

    Returns
    -------
    list of Check
        In a fixed order. A check that raises an error has not passed.
    """
    holdout = candidate.evaluation
    checks: dict[str, Callable[[], Result]] = {
        NOT_WORSE: partial(_compare_with_champion, holdout, incumbent),
        LIST_KEPT: partial(_check_list, candidate, incumbent),
        RELOAD_CHECK: partial(_check_reload, candidate),
        GOLDEN_CHECK: partial(_check_golden, candidate),
    }
    if holdout is None:
        of_months = [Check(ENOUGH, False, *TOO_SHORT, too_few=True)]
    else:
        of_months = holdout_checks(holdout, candidate.groups)
    return [*of_months, *(_run(name, check) for name, check in checks.items())]


def holdout_checks(holdout: HoldoutEvaluation, groups: pd.DataFrame) -> list[Check]:
    """Return the results of those criteria that the test months alone decide, before a model is registered.

    `groups` holds agent_id, as_of, and the site, role and tenure band of every agent-month.
    """
    calibration = cache(partial(calibration_result, holdout))
    checks: dict[str, Callable[[], Result]] = {
        ENOUGH: partial(_check_events, calibration, holdout),
        **{name: partial(_check_figure, name, calibration, holdout) for name in (LEVEL, SLOPE, ERROR)},
        ORDER: partial(_compare_with_tenure, holdout),
        GROUPS: partial(_check_groups, holdout, groups),
        **{null_check.name: partial(_check_null, null_check) for null_check in holdout.null_checks},
    }
    return [_run(name, check) for name, check in checks.items()]


def _run(name: str, check: Callable[[], Result]) -> Check:
    """Return the result of one check.

    After an error it has not passed; the message is left out, as it may hold values.
    """
    try:
        passed, finding, finding_zh, *too_few = check()
    except Exception as error:
        error_type = type(error).__name__
        return Check(name, False, f"could not be checked ({error_type})", f"无法检查（{error_type}）")
    return Check(name, bool(passed), finding, finding_zh, *map(bool, too_few))


def _check_events(evaluate: Callable[[], CalibrationResult], holdout: HoldoutEvaluation) -> Result:
    people, min_people = resigned_people(headline_scores(holdout.backtest)), _rules(holdout).minimum_events
    sentence, sentence_zh = power_sentences(evaluate())
    finding = f"{people} people who resigned on later months; at least {min_people}; {sentence}"
    finding_zh = f"之后各月共{people}人离职；至少{min_people}人；{sentence_zh}"
    return people >= min_people, finding, finding_zh, people < min_people


def calibration_result(holdout: HoldoutEvaluation) -> CalibrationResult:
    """Return level, slope and error of the headline on the test months, beside what perfect models show there."""
    spec = holdout.fitted.spec
    scores, draws = _headline_arrays(holdout.backtest), spec.holdout.draws
    return evaluate_calibration(scores, spec.promotion, horizon=spec.headline, draws=draws)


def _check_figure(name: str, evaluate: Callable[[], CalibrationResult], holdout: HoldoutEvaluation) -> Result:
    return check_figure(name, evaluate(), min_people=_rules(holdout).minimum_events)


def _compare_with_tenure(holdout: HoldoutEvaluation) -> Result:
    rows, baselines = headline_scores(holdout.backtest), holdout.backtest.baselines
    tenure_risks = baselines.loc[baselines["model"] == TENURE_ONLY, [*KEYS, "risk"]]
    tenure_rows = rows.drop(columns="risk").merge(tenure_risks, on=KEYS, validate="one_to_one")
    spec = holdout.fitted.spec
    tenure = None if tenure_rows.empty else labelled_scores(tenure_rows, spec)
    return check_against_tenure(labelled_scores(rows, spec), tenure, spec, people=resigned_people(rows))


def _compare_with_champion(holdout: HoldoutEvaluation | None, incumbent: Incumbent | None) -> Result:
    if incumbent is None:
        return True, *NO_CHAMPION
    if holdout is None:
        return False, *TOO_SHORT, True
    if incumbent.backtest is holdout.backtest:
        return True, "the champion's own recipe, with newer months", "与在用模型配方相同，数据更新"
    scores, champion_scores = _headline_arrays(holdout.backtest), _headline_arrays(incumbent.backtest)
    return check_against_champion(scores, champion_scores, holdout.fitted.spec)


def _check_null(check: NullCheck) -> Result:
    limit = check.allowed_errors
    finding = f"AUC {check.auc:.3f}, standard error {check.standard_error:.3f}; within {limit} of them from .5"
    finding_zh = f"AUC {check.auc:.3f}，标准误{check.standard_error:.3f}；与.5之差须在{limit}个标准误以内"
    return check.passes, finding, finding_zh


def group_calibration(holdout: HoldoutEvaluation, groups: pd.DataFrame) -> pd.DataFrame:
    """Return `attrition.model.groups.calibration_by_group` of the headline's test months."""
    spec = holdout.fitted.spec
    return calibration_by_group(headline_scores(holdout.backtest), groups, spec=spec)


def headline_scores(backtest: Backtest) -> pd.DataFrame:
    """Return the rows of a backtest's scores at the headline horizon that have a mature label."""
    scores = backtest.scores
    return scores[(scores["horizon_months"] == backtest.fitted_models[0].spec.headline) & scores["resigned"].notna()]


def resigned_people(rows: pd.DataFrame) -> int:
    """Return how many agents resigned; one who resigns is the label of every month whose horizon reaches that day.

    Parameters
    ----------
    rows : DataFrame
        ``agent_id`` and ``resigned`` (1, 0 or null), one row per agent-month of one horizon.

    Examples
    --------
    >>> resigned_people(pd.DataFrame({"agent_id": ["a", "a", "b"], "resigned": [1.0, 1.0, 0.0]}))
    1
    """
    return int(rows.loc[rows["resigned"] == 1, "agent_id"].nunique())


def _check_groups(holdout: HoldoutEvaluation, groups: pd.DataFrame) -> Result:
    """Require observed over expected in every group to lie in the declared range, or where all of a perfect model lie.

    Where every group is too small, people are too few.
    """
    low, high = _rules(holdout).group_observed_over_expected
    table = group_calibration(holdout, groups)
    off, evaluated = table[table["verdict"] == OFF], table[table["verdict"] != TOO_FEW]
    finding, finding_zh = (
        f"{len(evaluated)} groups within {low} to {high}, or where chance may put all of a perfect model's",
        f"{len(evaluated)}组均在{low}至{high}之间，或在完美的模型也可能出现的范围之内",
    )
    if not off.empty:
        finding, finding_zh = off_sentences(off)
    too_few = len(table) - len(evaluated)
    if too_few:
        finding, finding_zh = (
            f"{finding}; {too_few} too few to evaluate",
            f"{finding_zh}；{too_few}组人数过少，不作评估",
        )
    return len(evaluated) > 0 and off.empty, finding, finding_zh, evaluated.empty


def _check_list(candidate: Candidate, incumbent: Incumbent | None) -> Result:
    """Require the candidate's list of the newest month to overlap with the champion's and to rank agents alike.

    It is passed without a champion, if the champion needs features that the panel no longer has, and if the champion is
    older than the declared number of months. The overlap may fall short by one standard error.
    """
    if incumbent is None:
        return True, *NO_CHAMPION
    missing_features = [name for name in incumbent.fitted.encoding.names if name not in candidate.rows]
    if missing_features:
        finding = f"not compared: the champion reads {len(missing_features)} features that the panel no longer has"
        return True, finding, f"未作比较：在用模型所需的{len(missing_features)}个特征已不在面板中"
    rules, months = (
        candidate.fitted.spec.promotion,
        _months_between(incumbent.fitted.fitted_at, candidate.fitted.fitted_at),
    )
    lists = compare_on_month(candidate.fitted, incumbent.fitted, candidate.rows)
    finding = f"{lists.overlap:.0%} of {lists.listed} on the list stay, rank correlation {lists.rank_correlation:.2f}"
    finding_zh = f"名单{lists.listed}人中{lists.overlap:.0%}相同，秩相关{lists.rank_correlation:.2f}"
    if months > rules.compared_for_months:
        finding = f"{finding}; not required of a champion that is {months} months older"
        return True, finding, f"{finding_zh}；在用模型早{months}个月，不作要求"
    min_overlap = rules.overlap_of_lists
    error = math.sqrt(min_overlap * (1 - min_overlap) / lists.listed)
    is_stable = lists.overlap >= min_overlap - error and lists.rank_correlation >= rules.rank_correlation
    finding += f"; at least {min_overlap:.0%}, less {error:.0%} on so short a list, and {rules.rank_correlation}"
    finding_zh += f"；至少{min_overlap:.0%}（名单短，容许少{error:.0%}），秩相关至少{rules.rank_correlation}"
    return is_stable, finding, finding_zh


def _months_between(earlier: pd.Timestamp, later: pd.Timestamp) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def _check_reload(candidate: Candidate) -> Result:
    reloaded = load_without_asking(candidate.folder).score(candidate.rows)
    is_same = reloaded.equals(candidate.fitted.score(candidate.rows)) and len(reloaded) > 0
    finding, finding_zh = ("bit for bit", "逐位一致") if is_same else ("not the same", "不一致")
    return is_same, f"{len(reloaded)} scores, {finding}", f"{len(reloaded)}个评分，{finding_zh}"


def _check_golden(candidate: Candidate) -> Result:
    return check_golden_rows(load_without_asking(candidate.folder), candidate.folder)


def _rules(holdout: HoldoutEvaluation) -> PromotionCriteria:
    return holdout.fitted.spec.promotion


def _headline_arrays(backtest: Backtest) -> LabelledScores:
    """Return the headline's mature scores as arrays for the metrics."""
    return labelled_scores(headline_scores(backtest), backtest.fitted_models[0].spec)
