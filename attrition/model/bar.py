"""The promotion bar: what a model must show on later months before anybody is scored by it; any doubt means no."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from attrition.model.backtest import Backtest, fewer, judged_rows, tried
from attrition.model.baselines import TENURE_ONLY
from attrition.model.canaries import Canary
from attrition.model.examine import Examination
from attrition.model.golden import against_golden
from attrition.model.groups import OFF, TOO_FEW, by_group
from attrition.model.metrics import Judged, auc, brier_skill, calibration_error, calibration_error_by_chance
from attrition.model.persistence import load_fitted
from attrition.model.risk import FittedRisk
from attrition.model.stability import Agreement, agreement

RELOADS, GOLDEN_ROWS = "reloads with identical scores", "golden rows"
NO_CHAMPION = ("there is no champion to compare with", "没有可供比较的在用模型")


@dataclass(frozen=True)
class Check:
    """One thing that was asked of a model, whether it holds, and the figure in words, English and Chinese."""

    name: str
    passed: bool
    said: str
    said_zh: str = ""


Answer = tuple[bool, str, str]
"""Whether something holds, and what was found, in English and Chinese."""


@dataclass(frozen=True)
class Candidate:
    """A model before promotion.

    Attributes
    ----------
    fitted, examination
        The model, and what its recipe showed on later months.
    rows : DataFrame
        The newest month of the panel: there reloading is tried, and the list is set beside the champion's.
    groups : DataFrame
        agent_id, as_of, and the site, role and tenure band of every agent-month.
    folder : Path
        Where the registry keeps it.
    """

    fitted: FittedRisk
    examination: Examination
    rows: pd.DataFrame
    groups: pd.DataFrame
    folder: Path


@dataclass(frozen=True)
class Rival:
    """The champion: its version, itself as it stands, and its recipe on the same later months."""

    version: str
    fitted: FittedRisk
    trial: Backtest


def judge(candidate: Candidate, rival: Rival | None = None) -> list[Check]:
    """Hold a candidate against the bar of its specification.

    Parameters
    ----------
    candidate : Candidate
        What is to be promoted.
    rival : Rival, optional
        The champion; none when there is none.

    Returns
    -------
    list of Check
        Every check, whether it passed or not; a check that fails to run has not passed.
    """
    exam = candidate.examination
    asked: dict[str, Callable[[], Answer]] = {
        "enough resignations to judge by": partial(_enough, exam),
        "observed over expected": partial(_level, exam),
        "calibration slope": partial(_slope, exam),
        "calibration error": partial(_error, exam),
        "better than tenure alone": partial(_beats_tenure, exam),
        "at least as good as the champion": partial(_beats_champion, exam, rival),
        "level in every group": partial(_groups, candidate),
        "keeps most of the champion's list": partial(_stable, candidate, rival),
        **{canary.name: partial(_quiet, canary) for canary in exam.canaries},
        RELOADS: partial(_reloads, candidate),
        GOLDEN_ROWS: partial(_golden, candidate),
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


def _checked(name: str, check: Callable[[], Answer]) -> Check:
    """Run one check; whatever goes wrong in it is a no, and its message is kept out, since it may hold values."""
    try:
        passed, said, said_zh = check()
    except Exception as error:
        kind = type(error).__name__
        return Check(name, False, f"could not be checked ({kind})", f"无法检查（{kind}）")
    return Check(name, bool(passed), said, said_zh)


def _enough(exam: Examination) -> Answer:
    events, least = int(_headline(exam.trial).label.sum()), exam.fitted.spec.bar.minimum_events
    return events >= least, f"{events} on later months; at least {least}", f"之后各月共{events}人；至少{least}人"


def _level(exam: Examination) -> Answer:
    value, (low, high) = exam.figure("observed_over_expected"), exam.fitted.spec.bar.observed_over_expected
    return low <= value <= high, f"{value:.2f}; {low} to {high}", f"{value:.2f}；应在{low}至{high}之间"


def _slope(exam: Examination) -> Answer:
    """Allow one standard error: on few resignations a good slope is off by chance, and no champion helps nobody."""
    value, (low, high) = exam.slope.slope, exam.fitted.spec.bar.calibration_slope
    error = math.sqrt(exam.slope.covariance[0])
    said = f"{value:.2f}; {low} to {high}, give or take its standard error of {error:.2f}"
    said_zh = f"{value:.2f}；应在{low}至{high}之间，容许其标准误{error:.2f}"
    return low - error <= value <= high + error, said, said_zh


def _error(exam: Examination) -> Answer:
    judged, limit = _headline(exam.trial), exam.fitted.spec.bar.calibration_error
    value = float(calibration_error(judged)[0])
    chance = calibration_error_by_chance(judged, draws=exam.fitted.spec.examination.draws)
    said = f"{value:.4f}; at most {limit}, or {chance:.4f}, which a perfect model may show on so few rows"
    said_zh = f"{value:.4f}；至多{limit}，或{chance:.4f}（行数如此之少时，完美的模型也可能出现）"
    return value <= max(limit, chance), said, said_zh


def _beats_tenure(exam: Examination) -> Answer:
    own, other = exam.figure("auc"), exam.figure("auc", model=TENURE_ONLY)
    if math.isnan(other):
        return own > 0.5, f"AUC {own:.3f}; no feature tells tenure, so over .5", f"AUC {own:.3f}；无司龄特征，须高于.5"
    margin = exam.fitted.spec.bar.auc_over_tenure_only
    said = f"AUC {own:.3f}, tenure alone {other:.3f}; more by over {margin}"
    return own > other + margin, said, f"AUC {own:.3f}，仅看司龄{other:.3f}；须高出{margin}以上"


def _beats_champion(exam: Examination, rival: Rival | None) -> Answer:
    if rival is None:
        return True, *NO_CHAMPION
    if rival.trial is exam.trial:
        return True, "the champion's own recipe, with newer months", "与在用模型配方相同，数据更新"
    own, other = _headline(exam.trial), _headline(rival.trial)
    margin = exam.fitted.spec.bar.margin_to_champion
    ranks, skills = (auc(own)[0], auc(other)[0]), (brier_skill(own)[0], brier_skill(other)[0])
    said = "AUC {:.3f}, champion's recipe {:.3f}; Brier skill {:.3f}, champion's recipe {:.3f}; less by at most {}"
    said_zh = "AUC {:.3f}，在用配方{:.3f}；Brier技能{:.3f}，在用配方{:.3f}；至多低{}"
    held = all(ours >= theirs - margin for ours, theirs in (ranks, skills))
    figures = (*ranks, *skills, margin)
    return held, said.format(*figures), said_zh.format(*figures)


def _quiet(canary: Canary) -> Answer:
    limit = canary.allowed_errors
    said = f"AUC {canary.auc:.3f}, standard error {canary.error:.3f}; within {limit} of them from .5"
    said_zh = f"AUC {canary.auc:.3f}，标准误{canary.error:.3f}；与.5之差须在{limit}个标准误以内"
    return canary.is_quiet, said, said_zh


def groups_table(exam: Examination, groups: pd.DataFrame) -> pd.DataFrame:
    """Break the examination down by site, role and tenure band, see `attrition.model.groups.by_group`."""
    limits = exam.fitted.spec.bar.group_observed_over_expected
    return by_group(judged_scores(exam.trial), groups, limits=limits)


def judged_scores(trial: Backtest) -> pd.DataFrame:
    """Take the headline's scores whose label is mature."""
    scores = trial.scores
    return scores[(scores["horizon_months"] == trial.fits[0].spec.headline) & scores["resigned"].notna()]


def _groups(candidate: Candidate) -> Answer:
    """Want the level right in every group, give or take chance; of a small group nothing is said."""
    low, high = candidate.examination.fitted.spec.bar.group_observed_over_expected
    found = groups_table(candidate.examination, candidate.groups)
    off, judged = found[found["verdict"] == OFF], found[found["verdict"] != TOO_FEW]
    named = "; ".join(f"{one.unit} {one.ratio:.2f} ({one.low:.2f} to {one.high:.2f})" for one in off.itertuples())
    said = f"{len(judged)} groups within {low} to {high}, give or take chance" if off.empty else f"off: {named}"
    said_zh = f"{len(judged)}组均在{low}至{high}之间（容许偶然波动）" if off.empty else f"偏离：{named}"
    few = len(found) - len(judged)
    if few:
        said, said_zh = f"{said}; {few} too few to judge", f"{said_zh}；{few}组人数过少，不作评判"
    return len(judged) > 0 and off.empty, said, said_zh


def _stable(candidate: Candidate, rival: Rival | None) -> Answer:
    """Want most of the list to stay, unless the champion is so old that people and seasons have changed."""
    if rival is None:
        return True, *NO_CHAMPION
    absent = [name for name in rival.fitted.encoding.names if name not in candidate.rows]
    if absent:
        said = f"not compared: the champion reads {len(absent)} features that the panel no longer has"
        return True, said, f"未作比较：在用模型所需的{len(absent)}个特征已不在面板中"
    rules, months = candidate.fitted.spec.bar, _months_between(rival.fitted.at, candidate.fitted.at)
    found = on_one_month(candidate.fitted, rival.fitted, candidate.rows)
    said = f"{found.overlap:.0%} of {found.listed} on the list stay, rank correlation {found.rank_correlation:.2f}"
    said_zh = f"名单{found.listed}人中{found.overlap:.0%}相同，秩相关{found.rank_correlation:.2f}"
    if months > rules.compared_for_months:
        older = f"{said}; not asked of a champion that is {months} months older"
        return True, older, f"{said_zh}；在用模型早{months}个月，不作要求"
    least = rules.overlap_of_lists
    error = math.sqrt(least * (1 - least) / found.listed)
    held = found.overlap >= least - error and found.rank_correlation >= rules.rank_correlation
    said += f"; at least {least:.0%}, less {error:.0%} on so short a list, and {rules.rank_correlation}"
    said_zh += f"；至少{least:.0%}（名单短，容许少{error:.0%}），秩相关至少{rules.rank_correlation}"
    return held, said, said_zh


def on_one_month(ours: FittedRisk, theirs: FittedRisk, rows: pd.DataFrame) -> Agreement:
    """Compare the headline risks of two models on one month of the panel; the list is as long as `ours` declares."""
    risks = [_headline_risk(fitted, rows) for fitted in (ours, theirs)]
    return agreement(*risks, share=ours.spec.capacity_share)


def _headline_risk(fitted: FittedRisk, rows: pd.DataFrame) -> np.ndarray:
    scores = fitted.score(rows)
    return scores.loc[scores["horizon_months"] == fitted.spec.headline, "risk"].to_numpy()


def _months_between(earlier: pd.Timestamp, later: pd.Timestamp) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def _reloads(candidate: Candidate) -> Answer:
    again = load_fitted(candidate.folder).score(candidate.rows)
    same = again.equals(candidate.fitted.score(candidate.rows)) and len(again) > 0
    said, said_zh = ("bit for bit", "逐位一致") if same else ("not the same", "不一致")
    return same, f"{len(again)} scores, {said}", f"{len(again)}个评分，{said_zh}"


def _golden(candidate: Candidate) -> Answer:
    return against_golden(load_fitted(candidate.folder), candidate.folder)


def _headline(trial: Backtest) -> Judged:
    return judged_rows(judged_scores(trial), trial.fits[0].spec)
