"""Leakage checks that stop a training: by the name of a feature, and by figures that are too good to be true."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import norm

from attrition.data.forbidden import forbidden_reason
from attrition.errors import LeakageFound
from attrition.message import Message, counted, joined

if TYPE_CHECKING:
    import pandas as pd

    from attrition.model.single_features import SingleFeatures
    from attrition.model.spec import LeakageRules, Spec

FAMILY = "(pay|career|workload|schedule|quality|team|tenure|context)_"
LABEL_NAMES = re.compile(
    rf"^({FAMILY})?((is_|has_)?(resigned|left|on_notice|leaver)|exit_kind|left_on|known_on|resigned_within|severance"
    r"|pay_?out|account_deactivated|attrition)(_\d+m)?$"
)
"""Names of labels of the panel, and of events that follow a resignation.

They come on top of `attrition.data.forbidden`, the names that are refused when data are read.
"""
ERRORS_ALLOWED = 1.64
"""By how many standard errors a feature's AUC must be over its limit: one in twenty by chance."""
FALSE_ALARMS = 0.01
"""How often, at most, chance alone may name a feature of a centre for seeing the leaving month."""
LEAVING_MONTH = "leaving_month"
"""Waives the check of the leaving month for all features."""
NAMED = 5
"""So many features that see the leaving month are named; the others are counted."""


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
            "{refused}: leaks or protected attributes, and never features; take them out of the declarations",
            refused=joined(", ", refused),
        )


def refuse_too_good(
    *,
    single_features: SingleFeatures,
    gain_shares: pd.Series,
    aucs_by_horizon: Mapping[int, float],
    tenure_auc: float,
    spec: Spec,
) -> None:
    """Raise if a figure is too good to be true and the specification does not waive it.

    Parameters
    ----------
    single_features : SingleFeatures
        What each feature alone tells, from `attrition.model.single_features`.
    gain_shares : Series
        By feature, its share of the model's gain.
    aucs_by_horizon : mapping of int to float
        The model's AUC on the test months, by horizon; NaN is skipped. All horizons are checked, since data that were
        recorded in the month of leaving show at the shortest horizon first.
    tenure_auc : float
        AUC of the time since hire alone on the test months, or NaN. Where it is large, the model may halve what is
        left to 1.
    spec : Spec
        Limits and waivers, and the name of the declaration for the message.

    Raises
    ------
    LeakageFound
        Names every feature or horizon over its limit, the figure, the limit, and how to waive it.
    """
    rules = spec.leakage
    aucs = single_features.aucs[~single_features.aucs["feature"].isin(list(rules.waivers))]
    faults = [
        *_over_the_limit(aucs, rules.single_feature_auc),
        *_seeing_the_leaving_month(single_features.falls, rules),
        *_too_much_gain(gain_shares.drop(single_features.tenure["feature"].unique(), errors="ignore"), rules),
        *_too_good_a_model(aucs_by_horizon, tenure_auc, rules),
    ]
    if faults:
        raise LeakageFound(
            "too good to be true: {faults}. Nothing was trained for use. If it is right, say why under "
            "[leakage.waivers] in models/{model}.toml",
            faults=joined("; ", faults),
            model=spec.name,
        )


def tenure_notes(single_features: SingleFeatures, gain_shares: pd.Series, rules: LeakageRules) -> tuple[str, ...]:
    """Return for the model card why the time since hire does not stop a training where it is over a limit alone."""
    tenure = single_features.tenure
    gains = gain_shares[gain_shares.index.isin(tenure["feature"]) & (gain_shares > rules.gain_share)]
    is_over = [
        *_over_the_limit(tenure, rules.single_feature_auc),
        *(
            Message("{name} holds {share:.0%} of the model's gain", name=name, share=share)
            for name, share in gains.items()
        ),
    ]
    return tuple(
        Message("{what}; it is counted from hire dates that were on record, so it is no leak", what=what)
        for what in is_over
    )


def _over_the_limit(aucs: pd.DataFrame, limit: float) -> list[str]:
    """Return a phrase for each feature whose AUC is over the limit beyond chance in some view, with its largest.

    The variance of an AUC is at most A(1 - A) over the number of people who leave (Birnbaum and Klose 1957).
    """
    surely = aucs["auc"] - ERRORS_ALLOWED * np.sqrt(aucs["auc"] * (1 - aucs["auc"]) / aucs["people"])
    over = aucs[surely > limit].sort_values("auc", ascending=False, kind="stable").drop_duplicates("feature")
    return [
        Message(
            "{name} alone separates leavers with an AUC of {auc:.3f} ({window}, {view}), over {limit}",
            name=name,
            auc=auc,
            window=_window(months),
            view=Message(view),
            limit=limit,
        )
        for name, view, months, auc in over[["feature", "view", "horizon_months", "auc"]].itertuples(index=False)
    ]


def _too_much_gain(gain_shares: pd.Series, rules: LeakageRules) -> list[str]:
    """Return a phrase for each feature with more of the model's gain than is allowed."""
    over = gain_shares[(gain_shares > rules.gain_share) & ~gain_shares.index.isin(list(rules.waivers))]
    return [
        Message(
            "{name} holds a share of the model's gain of {share:.3f}, over {limit}",
            name=name,
            share=share,
            limit=rules.gain_share,
        )
        for name, share in over.items()
    ]


def _too_good_a_model(aucs: Mapping[int, float], tenure_auc: float, rules: LeakageRules) -> list[str]:
    """Return a phrase for each horizon at which the model's AUC is over its limit."""
    if "model" in rules.waivers:
        return []
    limit = max(rules.model_auc, float(np.nan_to_num((1 + tenure_auc) / 2)))
    return [
        Message(
            "the model's AUC {months} months ahead is {auc:.3f} on later months, over {limit:.3g} (waive as model)",
            months=months,
            auc=auc,
            limit=limit,
        )
        for months, auc in aucs.items()
        if auc > limit
    ]


def _seeing_the_leaving_month(falls: pd.DataFrame, rules: LeakageRules) -> list[str]:
    """Return a phrase on the features whose AUC falls by more than is allowed after the first window, beyond chance.

    The chance of a false alarm is shared among the features (Bonferroni).
    """
    if LEAVING_MONTH in rules.waivers or falls.empty:
        return []
    surely = falls["fall"] - norm.isf(FALSE_ALARMS / len(falls)) * falls["error"]
    is_alarm = (surely > rules.leaving_month_fall) & ~falls["feature"].isin(list(rules.waivers))
    alarms = falls[is_alarm].sort_values("fall", ascending=False, kind="stable")
    if alarms.empty:
        return []
    figures = alarms.head(NAMED)[["feature", "near", "later"]].itertuples(index=False)
    named = [
        Message("{name} {near:.2f} and {later:.2f}", name=name, near=near, later=later) for name, near, later in figures
    ]
    if len(alarms) > NAMED:
        named.append(Message("{count} more", count=len(alarms) - NAMED))
    return [
        Message(
            "{features}: the AUC for those who leave at once, and for those who leave a little later, a fall of over "
            "{limit} beyond chance and tenure; so the leaving month is likely seen (exits dated after the last day of "
            "work, such as the first day of the next month, or values recorded after the leaving): date exits by the "
            "notice or the last day of work (waive as {waiver})",
            features=joined(", ", named),
            limit=rules.leaving_month_fall,
            waiver=LEAVING_MONTH,
        )
    ]


def _window(months: int) -> str:
    return counted("within {count} month", "within {count} months", months)
