"""Features that stand in for a protected group: by how much, and what it costs in skill to leave them out.

Where a group is treated differently, nothing is reweighed and no threshold is moved in silence. This shows the one way
out that anybody can follow: which features tell the group, and the same model without them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from attrition.labels.outcomes import KEYS
from attrition.model.backtest import backtest_on_same_months, labelled_scores
from attrition.model.fairness import errors_at_the_list, level_by_protected_group
from attrition.model.groups import OFF
from attrition.model.holdout import HoldoutEvaluation
from attrition.model.metrics import LabelledScores, auc, brier_skill
from attrition.model.paired_bootstrap import Difference, paired_difference
from attrition.model.promotion_criteria import headline_scores

LEAST_AUC = 0.60
"""A feature that tells a group from everybody else no better than this does not stand in for it."""
MOST = 5
"""Features that are left out together, those that tell the group best."""


@dataclass(frozen=True, eq=False)
class WayOut:
    """What leaving out the features that stand in for a group would bring, and cost.

    Attributes
    ----------
    stand_ins : DataFrame
        attribute, group, feature, auc (how well the feature alone tells the group from everybody else; of a measure of
        chance it is .5), gain_share (what the feature carries in the model).
    skill : dict of str to Difference
        "AUC" and "Brier skill" without these features (first) and with them (second), on the same test months.
    fairness : DataFrame
        The rows of `attrition.model.fairness` that were off, as they are without these features.
    """

    stand_ins: pd.DataFrame
    skill: dict[str, Difference]
    fairness: pd.DataFrame


def stand_ins(
    encoded: np.ndarray, names: Sequence[str], groups: pd.DataFrame, off: pd.DataFrame, gain_shares: pd.Series
) -> pd.DataFrame:
    """Return the features by which the groups that are off can be told from everybody else, best first.

    Parameters
    ----------
    encoded : ndarray of shape (agents, features)
        One month's features as the model sees them.
    names : sequence of str
        The features.
    groups : DataFrame
        From `attrition.model.protected_groups.protected_groups`, in the same order.
    off : DataFrame
        Rows of `attrition.model.fairness`: ``attribute``, ``group``.
    gain_shares : Series
        What each feature carries in the model, by feature; one that carries nothing is left out.

    Examples
    --------
    >>> groups = pd.DataFrame({"gender": ["f"] * 50 + ["m"] * 50})
    >>> part_time = np.array([[1.0]] * 40 + [[0.0]] * 60)
    >>> off = pd.DataFrame({"attribute": ["gender"], "group": ["f"]})
    >>> stand_ins(part_time, ["is_part_time"], groups, off, pd.Series({"is_part_time": 0.2})).values.tolist()
    [['gender', 'f', 'is_part_time', 0.9, 0.2]]
    """
    pairs = off[["attribute", "group"]].drop_duplicates()
    records = [
        (pair.attribute, pair.group, name, _auc(values, (groups[pair.attribute] == pair.group).to_numpy()), share)
        for pair in pairs.itertuples()
        for name, values in zip(names, encoded.T, strict=True)
        if (share := float(gain_shares.get(name, 0.0))) > 0
    ]
    table = pd.DataFrame(records, columns=["attribute", "group", "feature", "auc", "gain_share"])
    told = table[table["auc"] >= LEAST_AUC].sort_values(["auc", "feature"], ascending=[False, True])
    return told.groupby(["attribute", "group"], sort=False).head(MOST).reset_index(drop=True)


def way_out(
    evaluation: HoldoutEvaluation,
    off: pd.DataFrame,
    told_by: pd.DataFrame,
    *,
    panel: pd.DataFrame,
    outcomes: pd.DataFrame,
    attributes: pd.DataFrame,
) -> WayOut | None:
    """Fit and test the same recipe without the features that stand in for a group; None where none does.

    Parameters
    ----------
    evaluation : HoldoutEvaluation
        The recipe with all features.
    off : DataFrame
        Rows of `attrition.model.fairness` with the verdict "off".
    told_by : DataFrame
        From `stand_ins`.
    panel, outcomes : DataFrame
        As for `attrition.model.risk.fit`.
    attributes : DataFrame
        Protected groups of the test months, from `attrition.model.protected_groups.protected_groups`.
    """
    if told_by.empty:
        return None
    spec, left_out = evaluation.fitted.spec, set(told_by["feature"])
    features = [feature for feature in evaluation.fitted.features if feature.name not in left_out]
    without = backtest_on_same_months(
        evaluation.backtest, evaluation.origin, panel=panel, outcomes=outcomes, features=features, spec=spec
    )
    rows, rows_without = (headline_scores(backtest) for backtest in (evaluation.backtest, without))
    with_all, reduced = labelled_scores(rows, spec), labelled_scores(rows_without, spec)
    groups = rows_without[KEYS].merge(attributes, on=KEYS, how="left", validate="one_to_one")
    tables = (level_by_protected_group(rows_without, groups, spec), errors_at_the_list(rows_without, groups, spec))
    keys = ["figure", "attribute", "group"]
    after = pd.concat(tables, ignore_index=True).merge(off.loc[off["verdict"] == OFF, keys], on=keys)
    rules = spec.promotion
    skill = {
        name: paired_difference(metric, reduced, with_all, draws=spec.holdout.draws, confidence=rules.confidence)
        for name, metric in (("AUC", auc), ("Brier skill", brier_skill))
    }
    return WayOut(told_by, skill, after)


def _auc(values: np.ndarray, is_member: np.ndarray) -> float:
    """Return how well a feature tells members from others, in the better direction; missing values rank lowest."""
    risk = np.where(np.isnan(values), -np.inf, values)
    ranks = np.unique(risk, return_inverse=True)[1].astype(float)
    nobody = np.zeros(len(values), dtype="datetime64[D]")
    scores = LabelledScores(is_member.astype(float), ranks, np.arange(len(values)).astype(str), nobody)
    area = float(auc(scores)[0])
    return round(max(area, 1 - area), 4)
