"""Leakage stops the training: a feature's name, its AUC by itself, its share of the gain, or the AUC of the model."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from attrition.data.forbidden import forbidden_reason
from attrition.errors import LeakageFound
from attrition.model.spec import LeakageRules

FAMILY = "(pay|career|workload|schedule|quality|team|tenure|context)_"
FOLLOWS = re.compile(
    rf"^({FAMILY})?((is_|has_)?(resigned|left|on_notice|leaver)|exit_kind|left_on|known_on|resigned_within|severance"
    r"|pay_?out|account_deactivated|attrition)(_\d+m)?$"
)
"""Labels of the panel itself, and what follows a resignation, beside the names that are refused when data are read."""


def denied(names: Sequence[str]) -> list[str]:
    """Return the columns that can never be features, whoever declares them; no waiver lifts this.

    Examples
    --------
    >>> denied(["pay_market_ratio", "tenure_notice_date", "Age", "team_resignations_3m", "schedule_notice_days_3m"])
    ['tenure_notice_date', 'Age']
    """
    return [name for name in names if forbidden_reason(name) or FOLLOWS.search(name.lower())]


def refuse_denied(names: Sequence[str]) -> None:
    """Raise when a column is on the deny-list.

    Raises
    ------
    LeakageFound
        Names the columns.
    """
    denied_names = denied(names)
    if denied_names:
        raise LeakageFound(
            f"{', '.join(denied_names)}: leaks or protected attributes, and never features; "
            "take them out of the declarations"
        )


def single_feature_aucs(encoded: np.ndarray, label: np.ndarray, names: Sequence[str]) -> pd.Series:
    """Return for each feature the AUC it reaches alone, in its better direction; missing counts as a value too."""
    leavers = label == 1
    aucs = {}
    for place, name in enumerate(names):
        values = encoded[:, place]
        missing = np.isnan(values)
        as_lowest = np.where(missing, -np.inf, values)
        as_highest = np.where(missing, np.inf, values)
        both = [as_lowest, as_highest] if missing.any() else [as_lowest]
        aucs[name] = max(_either_way(column, leavers) for column in both)
    return pd.Series(aucs, dtype="float64")


def _either_way(values: np.ndarray, leavers: np.ndarray) -> float:
    count, all_rows = leavers.sum(), len(leavers)
    if count in (0, all_rows):
        return 0.5
    ranks = rankdata(values)[leavers].sum() - count * (count + 1) / 2
    area = ranks / (count * (all_rows - count))
    return float(max(area, 1 - area))


def refuse_too_good(
    *,
    alone: pd.Series,
    gain: pd.Series,
    later_aucs: Mapping[int, float],
    rules: LeakageRules,
    model: str = "resignation",
) -> None:
    """Raise when a figure is too good to be true and the specification does not waive it.

    Parameters
    ----------
    alone, gain : Series
        Single-feature AUC and share of the model's gain, by feature.
    later_aucs : mapping of int to float
        The model's AUC on later months, by horizon; null is skipped. A leak of the month of leaving shows at the
        shortest horizon first.
    rules : LeakageRules
        Thresholds and waivers of the specification.

    Raises
    ------
    LeakageFound
        Names the feature, the figure, the limit, and how to waive it.
    """
    faults = _beyond(alone, rules.single_feature_auc, "alone separates leavers with an AUC of", rules.waivers)
    faults += _beyond(gain, rules.gain_share, "holds a share of the model's gain of", rules.waivers)
    faults += [
        f"the model's AUC {months} months ahead is {value:.3f} on later months, over {rules.model_auc} (waive as model)"
        for months, value in later_aucs.items()
        if value > rules.model_auc and "model" not in rules.waivers
    ]
    if faults:
        raise LeakageFound(
            "too good to be true: "
            + "; ".join(faults)
            + ". Nothing was trained for use. If it is right, say why under "
            f"[leakage.waivers] in models/{model}.toml"
        )


def _beyond(figures: pd.Series, limit: float, what: str, waivers: dict[str, str]) -> list[str]:
    over = figures[(figures > limit) & ~figures.index.isin(list(waivers))]
    return [f"{name} {what} {figure:.3f}, over {limit}" for name, figure in over.items()]
