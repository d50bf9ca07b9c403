"""Whether a model orders agents better than tenure alone, and is not shown to be worse than the champion's recipe.

The burden of proof differs. A model must be shown to be better than tenure: the lower limit of the gain lies above the
margin. A model with newer months need not be shown to be better than the champion, which in a small centre nobody could
show; it is refused if it is shown to be worse by more than the margin: the upper limit of the gain lies below it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from attrition.model.check import Result
from attrition.model.metrics import LabelledScores, auc, brier_skill
from attrition.model.paired_bootstrap import Difference, paired_difference

if TYPE_CHECKING:
    from attrition.model.spec import Spec


def check_against_tenure(scores: LabelledScores, tenure: LabelledScores | None, spec: Spec, *, people: int) -> Result:
    """Require the AUC to be shown to lie above that of a model of tenure alone, or above .5 without one.

    Parameters
    ----------
    scores, tenure : LabelledScores
        Both models' scores of the same agent-months; `tenure` is null where there is no feature of tenure.
    spec : Spec
        Its promotion criteria and its number of draws are used.
    people : int
        How many agents resigned. With fewer than `minimum_events`, a gain that is not shown is "too few".
    """
    rules = spec.promotion
    other = replace(scores, risk=np.zeros(len(scores.risk))) if tenure is None else tenure
    gain = paired_difference(auc, scores, other, draws=spec.holdout.draws, confidence=rules.confidence)
    name, name_zh = ("any order", "任意排序") if tenure is None else ("tenure alone", "仅看司龄")
    finding = (
        f"AUC {gain.first:.3f}, {name} {gain.second:.3f}; more by {_signed(gain)}, with {rules.confidence:.0%} "
        f"confidence by {gain.low:+.3f} at least; over {rules.auc_over_tenure_only}"
    )
    finding_zh = (
        f"AUC {gain.first:.3f}，{name_zh}{gain.second:.3f}；高出{_signed(gain)}，以{rules.confidence:.0%}的置信度至少"
        f"{gain.low:+.3f}；须高于{rules.auc_over_tenure_only}"
    )
    is_few, is_shown = people < rules.minimum_events, bool(gain.low > rules.auc_over_tenure_only)
    is_refuted = bool(gain.high <= rules.auc_over_tenure_only)
    return is_shown and not is_few, finding, finding_zh, is_few and not is_refuted


def check_against_champion(scores: LabelledScores, champion: LabelledScores, spec: Spec) -> Result:
    """Refuse a model whose AUC or Brier skill is shown to be below the champion recipe's by more than the margin."""
    rules = spec.promotion
    gains = {
        name: paired_difference(metric, scores, champion, draws=spec.holdout.draws, confidence=rules.confidence)
        for name, metric in (("AUC", auc), ("Brier skill", brier_skill))
    }
    finding = "; ".join(
        f"{name} {gain.first:.3f}, champion's recipe {gain.second:.3f}, difference "
        f"{_signed(gain)} ({gain.high:+.3f} at most, with {rules.confidence:.0%} confidence)"
        for name, gain in gains.items()
    )
    finding_zh = "；".join(
        f"{name.replace('Brier skill', 'Brier改进')} {gain.first:.3f}，在用配方{gain.second:.3f}，差{_signed(gain)}"
        f"（以{rules.confidence:.0%}的置信度至多{gain.high:+.3f}）"
        for name, gain in gains.items()
    )
    margin = rules.margin_to_champion
    is_as_good = not any(gain.high < -margin for gain in gains.values())
    return is_as_good, f"{finding}; not shown to be lower by over {margin}", f"{finding_zh}；不得确定低出{margin}以上"


def _signed(gain: Difference) -> str:
    return f"{gain.first - gain.second:+.3f}"
