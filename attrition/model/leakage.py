"""A feature that knows the answer stops the training: by its name, by itself, by its weight, or by the result."""

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
"""Labels of the panel itself, and what follows a resignation, beside what the door already refuses by name."""


def denied(names: Sequence[str]) -> list[str]:
    """List the columns that can never be features, whoever declares them; no waiver lifts this.

    Examples
    --------
    >>> denied(["pay_market_ratio", "tenure_notice_date", "Age", "team_resignations_3m", "schedule_notice_days_3m"])
    ['tenure_notice_date', 'Age']
    """
    return [name for name in names if forbidden_reason(name) or FOLLOWS.search(name.lower())]


def refuse_denied(names: Sequence[str]) -> None:
    """Stop when a column is on the deny-list.

    Raises
    ------
    LeakageFound
        Names the columns.
    """
    found = denied(names)
    if found:
        raise LeakageFound(
            f"{', '.join(found)}: leaks or protected attributes, and never features; take them out of the declarations"
        )


def single_feature_aucs(encoded: np.ndarray, label: np.ndarray, names: Sequence[str]) -> pd.Series:
    """Give for each feature the AUC it reaches alone, in its better direction; missing is judged as a value too."""
    leavers = label == 1
    found = {}
    for place, name in enumerate(names):
        values = encoded[:, place]
        missing = np.isnan(values)
        as_lowest = np.where(missing, -np.inf, values)
        as_highest = np.where(missing, np.inf, values)
        both = [as_lowest, as_highest] if missing.any() else [as_lowest]
        found[name] = max(_either_way(column, leavers) for column in both)
    return pd.Series(found, dtype="float64")


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
    """Stop when something is too good to be true and nobody has waived it in writing.

    Parameters
    ----------
    alone, gain : Series
        Single-feature AUC and share of the model's gain, by feature.
    later_aucs : mapping of int to float
        The model's AUC on later months, by horizon; null is not judged. A leak of the month of leaving shows at
        the shortest horizon first.
    rules : LeakageRules
        Thresholds and waivers of the specification.

    Raises
    ------
    LeakageFound
        Says which feature, which figure, which limit, and how to waive it.
    """
    said = _beyond(alone, rules.single_feature_auc, "alone separates leavers with an AUC of", rules.waivers)
    said += _beyond(gain, rules.gain_share, "holds a share of the model's gain of", rules.waivers)
    said += [
        f"the model's AUC {months} months ahead is {value:.3f} on later months, over {rules.model_auc} (waive as model)"
        for months, value in later_aucs.items()
        if value > rules.model_auc and "model" not in rules.waivers
    ]
    if said:
        raise LeakageFound(
            "too good to be true: " + "; ".join(said) + ". Nothing was trained for use. If it is right, say why under "
            f"[leakage.waivers] in models/{model}.toml"
        )


def _beyond(figures: pd.Series, limit: float, says: str, waivers: dict[str, str]) -> list[str]:
    over = figures[(figures > limit) & ~figures.index.isin(list(waivers))]
    return [f"{name} {says} {figure:.3f}, over {limit}" for name, figure in over.items()]
