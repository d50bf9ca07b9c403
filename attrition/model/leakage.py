"""Leakage checks that stop a training: by the name of a feature, and by figures that are too good to be true."""

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
LABEL_NAMES = re.compile(
    rf"^({FAMILY})?((is_|has_)?(resigned|left|on_notice|leaver)|exit_kind|left_on|known_on|resigned_within|severance"
    r"|pay_?out|account_deactivated|attrition)(_\d+m)?$"
)
"""Names of labels of the panel, and of events that follow a resignation.

They come on top of `attrition.data.forbidden`, the names that are refused when data are read.
"""


def denied_names(names: Sequence[str]) -> list[str]:
    """Return those of the names that can never be features: leaks and protected attributes. No waiver allows them.

    Examples
    --------
    >>> names = ["pay_market_ratio", "tenure_notice_date", "Age", "team_resignations_3m", "schedule_notice_days_3m"]
    >>> denied_names(names)
    ['tenure_notice_date', 'Age']
    """
    return [name for name in names if forbidden_reason(name) or LABEL_NAMES.search(name.lower())]


def refuse_denied(names: Sequence[str]) -> None:
    """Raise when a column is on the deny-list.

    Raises
    ------
    LeakageFound
        Names the columns.
    """
    refused = denied_names(names)
    if refused:
        raise LeakageFound(
            f"{', '.join(refused)}: leaks or protected attributes, and never features; "
            "take them out of the declarations"
        )


def single_feature_aucs(encoded: np.ndarray, label: np.ndarray, names: Sequence[str]) -> pd.Series:
    """Return for each feature the AUC that it reaches alone; below .5 the direction is reversed.

    Missing values rank lowest or highest, whichever gives the larger AUC.
    """
    is_leaver = label == 1
    aucs = {}
    for position, name in enumerate(names):
        values = encoded[:, position]
        is_missing = np.isnan(values)
        missing_lowest = np.where(is_missing, -np.inf, values)
        missing_highest = np.where(is_missing, np.inf, values)
        rankings = [missing_lowest, missing_highest] if is_missing.any() else [missing_lowest]
        aucs[name] = max(_auc_in_better_direction(ranking, is_leaver) for ranking in rankings)
    return pd.Series(aucs, dtype="float64")


def _auc_in_better_direction(values: np.ndarray, is_leaver: np.ndarray) -> float:
    """Return the AUC of the values or of their negatives, whichever is larger; .5 where all labels are equal."""
    leavers, rows = is_leaver.sum(), len(is_leaver)
    if leavers in (0, rows):
        return 0.5
    ordered_pairs = rankdata(values)[is_leaver].sum() - leavers * (leavers + 1) / 2
    auc = ordered_pairs / (leavers * (rows - leavers))
    return float(max(auc, 1 - auc))


def refuse_too_good(
    *,
    feature_aucs: pd.Series,
    gain_shares: pd.Series,
    aucs_by_horizon: Mapping[int, float],
    rules: LeakageRules,
    model: str = "resignation",
) -> None:
    """Raise if a figure is too good to be true and the specification does not waive it.

    Parameters
    ----------
    feature_aucs, gain_shares : Series
        By feature, the AUC that it reaches alone, and its share of the model's gain.
    aucs_by_horizon : mapping of int to float
        The model's AUC on the test months, by horizon; NaN is skipped. All horizons are checked, since data that were
        recorded in the month of leaving show at the shortest horizon first.
    rules : LeakageRules
        Limits and waivers of the specification.
    model : str
        Name of the declaration, ``models/<model>.toml``, for the message.

    Raises
    ------
    LeakageFound
        Names every feature or horizon over its limit, the figure, the limit, and how to waive it.
    """
    faults = _describe_over_limit(
        feature_aucs, rules.single_feature_auc, "alone separates leavers with an AUC of", rules.waivers
    )
    faults += _describe_over_limit(gain_shares, rules.gain_share, "holds a share of the model's gain of", rules.waivers)
    faults += [
        f"the model's AUC {months} months ahead is {value:.3f} on later months, over {rules.model_auc} (waive as model)"
        for months, value in aucs_by_horizon.items()
        if value > rules.model_auc and "model" not in rules.waivers
    ]
    if faults:
        raise LeakageFound(
            "too good to be true: "
            + "; ".join(faults)
            + ". Nothing was trained for use. If it is right, say why under "
            f"[leakage.waivers] in models/{model}.toml"
        )


def _describe_over_limit(figures: pd.Series, limit: float, what: str, waivers: dict[str, str]) -> list[str]:
    """Return one phrase for each feature whose figure is over the limit and not waived."""
    over_limit = figures[(figures > limit) & ~figures.index.isin(list(waivers))]
    return [f"{name} {what} {figure:.3f}, over {limit}" for name, figure in over_limit.items()]
