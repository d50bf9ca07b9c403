"""The cost of a resignation and of an intervention, from the parts the playbook declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from attrition.predict.intervention import Cost
    from attrition.predict.playbook import BasePay, Replacement


def base_pay(frame: pd.DataFrame, declared: BasePay) -> pd.Series:
    """Return each agent's monthly base pay; where it is unknown, the amount that the playbook declares instead."""
    if declared.feature not in frame:
        return pd.Series(declared.default, index=frame.index)
    return frame[declared.feature].fillna(declared.default).astype(float)


def replacement_cost(pay: pd.Series, parts: Replacement) -> pd.Series:
    """Return the cost of replacing each agent: the sum of `replacement_parts`.

    Examples
    --------
    >>> from attrition.predict.playbook import Replacement
    >>> parts = Replacement(recruiting=2000, training=5000, ramp_months=3, ramp_share_lost=0.5,
    ...                     vacancy_months=1, vacancy_share_lost=0.5)
    >>> replacement_cost(pd.Series([4000.0]), parts).tolist()
    [15000.0]
    """
    return pd.Series(sum(replacement_parts(pay, parts).values()), index=pay.index)


def replacement_parts(pay: pd.Series, parts: Replacement) -> dict[str, pd.Series]:
    """Return the parts of the cost of replacing each agent, by name.

    ``recruiting`` and ``training`` are amounts; ``ramp`` and ``vacancy`` are base pay for output that is lost while a
    successor learns and while the seat is empty.

    Examples
    --------
    >>> from attrition.predict.playbook import Replacement
    >>> parts = Replacement(recruiting=2000, training=5000, ramp_months=3, ramp_share_lost=0.5,
    ...                     vacancy_months=1, vacancy_share_lost=0.5)
    >>> {name: cost.tolist() for name, cost in replacement_parts(pd.Series([4000.0]), parts).items()}
    {'recruiting': [2000.0], 'training': [5000.0], 'ramp': [6000.0], 'vacancy': [2000.0]}
    """
    return {
        "recruiting": pd.Series(parts.recruiting, index=pay.index),
        "training": pd.Series(parts.training, index=pay.index),
        "ramp": pay * parts.ramp_months * parts.ramp_share_lost,
        "vacancy": pay * parts.vacancy_months * parts.vacancy_share_lost,
    }


def intervention_cost(pay: pd.Series, cost: Cost, *, dose: pd.Series, months: int) -> pd.Series:
    """Return what one intervention costs for each agent within `months`, with the share of base pay times the dose."""
    months_paid = min(cost.months, months)
    return cost.one_off + months_paid * (cost.monthly + cost.base_pay_share * dose * pay)
