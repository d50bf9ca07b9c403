"""The promotion criteria: what a model must reach on later months before it may score; a failing check is a no."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from attrition.model.backtest import Backtest, backtest_origins, labelled_scores, reduced_spec
from attrition.model.baselines import TENURE_ONLY
from attrition.model.golden import check_golden_rows
from attrition.model.groups import OFF, TOO_FEW, calibration_by_group
from attrition.model.holdout import HoldoutEvaluation
from attrition.model.metrics import LabelledScores, auc, brier_skill, calibration_error, calibration_error_by_chance
from attrition.model.null_checks import NullCheck
from attrition.model.persistence import load_fitted
from attrition.model.risk import FittedRisk
from attrition.model.stability import Agreement, agreement

RELOADS, GOLDEN_ROWS = "reloads with identical scores", "golden rows"
NO_CHAMPION = ("there is no champion to compare with", "没有可供比较的在用模型")


@dataclass(frozen=True)
class Check:
    """One criterion, whether a model passed it, and the finding as a sentence, English and Chinese."""

    name: str
    passed: bool
    finding: str
    finding_zh: str = ""


Result = tuple[bool, str, str]
"""Whether a check passed, and the finding in English and Chinese."""


@dataclass(frozen=True)
class Candidate:
    """A model before promotion.

    Attributes
    ----------
    fitted, evaluation
        The model, and what its recipe showed on later months.
    rows : DataFrame
        The newest month of the panel, for reloading and for comparing the list with the champion's.
    groups : DataFrame
        agent_id, as_of, and the site, role and tenure band of every agent-month.
    folder : Path
        Its files in the registry.
    """

    fitted: FittedRisk
    evaluation: HoldoutEvaluation
    rows: pd.DataFrame
    groups: pd.DataFrame
    folder: Path


@dataclass(frozen=True)
class Incumbent:
    """The champion a candidate is compared with: its version, the model, and its recipe on the same later months."""

    version: str
    fitted: FittedRisk
    backtest: Backtest


def evaluate_criteria(candidate: Candidate, incumbent: Incumbent | None = None) -> list[Check]:
    """Check a candidate against the promotion criteria of its specification.

    Parameters
    ----------
    candidate : Candidate
        What is to be promoted.
    incumbent : Incumbent, optional
        The champion, where there is one.

    Returns
    -------
    list of Check
        Every check, whether it passed or not; a check that fails to run has not passed.
    """
    holdout = candidate.evaluation
    checks: dict[str, Callable[[], Result]] = {
        "enough resignations to judge by": partial(_check_events, holdout),
        "observed over expected": partial(_check_level, holdout),
        "calibration slope": partial(_check_slope, holdout),
        "calibration error": partial(_check_calibration_error, holdout),
        "better than tenure alone": partial(_compare_with_tenure, holdout),
        "at least as good as the champion": partial(_compare_with_champion, holdout, incumbent),
        "level in every group": partial(_check_groups, candidate),
        "keeps most of the champion's list": partial(_check_list, candidate, incumbent),
        **{one.name: partial(_check_null, one) for one in holdout.null_checks},
        RELOADS: partial(_check_reload, candidate),
        GOLDEN_ROWS: partial(_check_golden, candidate),
    }
    return [_run(name, check) for name, check in checks.items()]


def all_passed(checks: list[Check]) -> bool:
    """Say whether every check passed; without any check the answer is no."""
    return bool(checks) and all(check.passed for check in checks)


def backtest_champion_recipe(
    champion: FittedRisk, holdout: HoldoutEvaluation, *, panel: pd.DataFrame, outcomes: pd.DataFrame
) -> Backtest:
    """Backtest the champion's recipe on the months of a holdout evaluation.

    A champion fitted last month was trained on the labels of these months, and one fitted last year on less than the
    candidate. So its recipe (specification, and features as far as the panel still has them) is fitted at the origin of
    the holdout, on the same labels as the candidate's. The same recipe is not fitted twice.
    """
    own = holdout.fitted.spec
    features = tuple(feature for feature in champion.features if feature.name in panel.columns)
    recipe = reduced_spec(champion.spec, members=own.trees.members, draws=own.holdout.draws)
    if recipe == own and features == holdout.fitted.features:
        return holdout.backtest
    past = (panel["as_of"] <= holdout.at).to_numpy()
    return backtest_origins(
        panel[past].reset_index(drop=True),
        outcomes[past].reset_index(drop=True),
        features=features,
        spec=recipe,
        origins=[holdout.origin],
    )


def _run(name: str, check: Callable[[], Result]) -> Check:
    """Run one check; an error in it is a no, and its message is left out, since it may hold values."""
    try:
        passed, finding, finding_zh = check()
    except Exception as error:
        kind = type(error).__name__
        return Check(name, False, f"could not be checked ({kind})", f"无法检查（{kind}）")
    return Check(name, bool(passed), finding, finding_zh)


def _check_events(holdout: HoldoutEvaluation) -> Result:
    events, least = int(_headline(holdout.backtest).label.sum()), holdout.fitted.spec.promotion.minimum_events
    return events >= least, f"{events} on later months; at least {least}", f"之后各月共{events}人；至少{least}人"


def _check_level(holdout: HoldoutEvaluation) -> Result:
    value, (low, high) = holdout.metric("observed_over_expected"), holdout.fitted.spec.promotion.observed_over_expected
    return low <= value <= high, f"{value:.2f}; {low} to {high}", f"{value:.2f}；应在{low}至{high}之间"


def _check_slope(holdout: HoldoutEvaluation) -> Result:
    """Want the slope in its range, give or take one standard error: few resignations put a good one off by chance."""
    value, (low, high) = holdout.calibration_line.slope, holdout.fitted.spec.promotion.calibration_slope
    error = math.sqrt(holdout.calibration_line.covariance[0])
    finding = f"{value:.2f}; {low} to {high}, give or take its standard error of {error:.2f}"
    finding_zh = f"{value:.2f}；应在{low}至{high}之间，容许其标准误{error:.2f}"
    return low - error <= value <= high + error, finding, finding_zh


def _check_calibration_error(holdout: HoldoutEvaluation) -> Result:
    scores, limit = _headline(holdout.backtest), holdout.fitted.spec.promotion.calibration_error
    value = float(calibration_error(scores)[0])
    chance = calibration_error_by_chance(scores, draws=holdout.fitted.spec.holdout.draws)
    finding = f"{value:.4f}; at most {limit}, or {chance:.4f}, which a perfect model may show on so few rows"
    finding_zh = f"{value:.4f}；至多{limit}，或{chance:.4f}（行数如此之少时，完美的模型也可能出现）"
    return value <= max(limit, chance), finding, finding_zh


def _compare_with_tenure(holdout: HoldoutEvaluation) -> Result:
    own, other = holdout.metric("auc"), holdout.metric("auc", model=TENURE_ONLY)
    if math.isnan(other):
        return (
            own > 0.5,
            f"AUC {own:.3f}; there is no feature of tenure, so over .5",
            f"AUC {own:.3f}；无司龄特征，须高于.5",
        )
    margin = holdout.fitted.spec.promotion.auc_over_tenure_only
    finding = f"AUC {own:.3f}, tenure alone {other:.3f}; more by over {margin}"
    return own > other + margin, finding, f"AUC {own:.3f}，仅看司龄{other:.3f}；须高出{margin}以上"


def _compare_with_champion(holdout: HoldoutEvaluation, incumbent: Incumbent | None) -> Result:
    if incumbent is None:
        return True, *NO_CHAMPION
    if incumbent.backtest is holdout.backtest:
        return True, "the champion's own recipe, with newer months", "与在用模型配方相同，数据更新"
    own, other = _headline(holdout.backtest), _headline(incumbent.backtest)
    margin = holdout.fitted.spec.promotion.margin_to_champion
    ranks, skills = (auc(own)[0], auc(other)[0]), (brier_skill(own)[0], brier_skill(other)[0])
    finding = "AUC {:.3f}, champion's recipe {:.3f}; Brier skill {:.3f}, champion's recipe {:.3f}; less by at most {}"
    finding_zh = "AUC {:.3f}，在用配方{:.3f}；Brier技能{:.3f}，在用配方{:.3f}；至多低{}"
    is_as_good = all(ours >= theirs - margin for ours, theirs in (ranks, skills))
    figures = (*ranks, *skills, margin)
    return is_as_good, finding.format(*figures), finding_zh.format(*figures)


def _check_null(check: NullCheck) -> Result:
    limit = check.allowed_errors
    finding = f"AUC {check.auc:.3f}, standard error {check.error:.3f}; within {limit} of them from .5"
    finding_zh = f"AUC {check.auc:.3f}，标准误{check.error:.3f}；与.5之差须在{limit}个标准误以内"
    return check.passes, finding, finding_zh


def group_calibration(holdout: HoldoutEvaluation, groups: pd.DataFrame) -> pd.DataFrame:
    """Return observed over expected by site, role and tenure band, from `calibration_by_group`."""
    limits = holdout.fitted.spec.promotion.group_observed_over_expected
    return calibration_by_group(headline_scores(holdout.backtest), groups, limits=limits)


def headline_scores(backtest: Backtest) -> pd.DataFrame:
    """Return the headline's scores whose label is mature."""
    scores = backtest.scores
    return scores[(scores["horizon_months"] == backtest.fits[0].spec.headline) & scores["resigned"].notna()]


def _check_groups(candidate: Candidate) -> Result:
    """Want observed over expected in its range in every group, give or take chance; small groups are left out."""
    low, high = candidate.evaluation.fitted.spec.promotion.group_observed_over_expected
    table = group_calibration(candidate.evaluation, candidate.groups)
    off, evaluated = table[table["verdict"] == OFF], table[table["verdict"] != TOO_FEW]
    named = "; ".join(f"{one.unit} {one.ratio:.2f} ({one.low:.2f} to {one.high:.2f})" for one in off.itertuples())
    finding = f"{len(evaluated)} groups within {low} to {high}, give or take chance" if off.empty else f"off: {named}"
    finding_zh = f"{len(evaluated)}组均在{low}至{high}之间（容许偶然波动）" if off.empty else f"偏离：{named}"
    few = len(table) - len(evaluated)
    if few:
        finding, finding_zh = f"{finding}; {few} too few to evaluate", f"{finding_zh}；{few}组人数过少，不作评估"
    return len(evaluated) > 0 and off.empty, finding, finding_zh


def _check_list(candidate: Candidate, incumbent: Incumbent | None) -> Result:
    """Want most of the champion's list kept, unless it is so old that people and seasons have changed."""
    if incumbent is None:
        return True, *NO_CHAMPION
    absent = [name for name in incumbent.fitted.encoding.names if name not in candidate.rows]
    if absent:
        finding = f"not compared: the champion reads {len(absent)} features that the panel no longer has"
        return True, finding, f"未作比较：在用模型所需的{len(absent)}个特征已不在面板中"
    rules, months = candidate.fitted.spec.promotion, _months_between(incumbent.fitted.at, candidate.fitted.at)
    lists = compare_on_month(candidate.fitted, incumbent.fitted, candidate.rows)
    finding = f"{lists.overlap:.0%} of {lists.listed} on the list stay, rank correlation {lists.rank_correlation:.2f}"
    finding_zh = f"名单{lists.listed}人中{lists.overlap:.0%}相同，秩相关{lists.rank_correlation:.2f}"
    if months > rules.compared_for_months:
        older = f"{finding}; not required of a champion that is {months} months older"
        return True, older, f"{finding_zh}；在用模型早{months}个月，不作要求"
    least = rules.overlap_of_lists
    error = math.sqrt(least * (1 - least) / lists.listed)
    is_stable = lists.overlap >= least - error and lists.rank_correlation >= rules.rank_correlation
    finding += f"; at least {least:.0%}, less {error:.0%} on so short a list, and {rules.rank_correlation}"
    finding_zh += f"；至少{least:.0%}（名单短，容许少{error:.0%}），秩相关至少{rules.rank_correlation}"
    return is_stable, finding, finding_zh


def compare_on_month(ours: FittedRisk, theirs: FittedRisk, rows: pd.DataFrame) -> Agreement:
    """Return how far the headline risks of two models agree on one month; the list is as long as `ours` declares."""
    risks = [_headline_risk(fitted, rows) for fitted in (ours, theirs)]
    return agreement(*risks, share=ours.spec.capacity_share)


def _headline_risk(fitted: FittedRisk, rows: pd.DataFrame) -> np.ndarray:
    scores = fitted.score(rows)
    return scores.loc[scores["horizon_months"] == fitted.spec.headline, "risk"].to_numpy()


def _months_between(earlier: pd.Timestamp, later: pd.Timestamp) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def _check_reload(candidate: Candidate) -> Result:
    reloaded = load_fitted(candidate.folder).score(candidate.rows)
    same = reloaded.equals(candidate.fitted.score(candidate.rows)) and len(reloaded) > 0
    finding, finding_zh = ("bit for bit", "逐位一致") if same else ("not the same", "不一致")
    return same, f"{len(reloaded)} scores, {finding}", f"{len(reloaded)}个评分，{finding_zh}"


def _check_golden(candidate: Candidate) -> Result:
    return check_golden_rows(load_fitted(candidate.folder), candidate.folder)


def _headline(backtest: Backtest) -> LabelledScores:
    return labelled_scores(headline_scores(backtest), backtest.fits[0].spec)
