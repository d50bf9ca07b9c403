"""What is known about resigning before a centre's own exits are seen: published figures, declared in `prior.toml`.

It is a level by tenure, and effects of some columns. Each is worth a number of resignations, so that it counts where a
centre has few of its own and is outweighed as they grow.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from attrition.declared import Declaration, parse
from attrition.features.declare import Feature
from attrition.model.encode import tenure_feature

FILE = "prior.toml"
DAYS_PER_MONTH = 30.4


class Curve(NamedTuple):
    """What a column adds to the log-odds by the prior: linear between values, constant beyond, nothing for a null.

    Attributes
    ----------
    column : int
        Position of the column.
    values, log_odds : tuple of float
        Growing values, and the log-odds at each.
    """

    column: int
    values: tuple[float, ...]
    log_odds: tuple[float, ...]


class TenureRates(Declaration):
    """[tenure]: monthly exits by days since hire, and the share of them that are resignations."""

    until_days: tuple[float, ...]
    """Upper ends of the bands; the last band has none."""
    monthly_exits: tuple[float, ...]
    """Exits per agent and month in each band, one more than there are ends."""
    voluntary_share: float
    """Share of the exits that are resignations."""


class Effect(Declaration):
    """[[effects]]: what a column adds to the log-odds of resigning, with its source."""

    column: str
    """Name of the feature."""
    per_unit: float
    """Log-odds per unit."""
    reference: float
    """Value at which it adds nothing."""
    between: tuple[float, float]
    """Values are held between these two, since nothing is known about the effect beyond them."""
    source: str
    """Who measured it, and what they found."""


class Prior(Declaration):
    """prior.toml: published figures, and how many resignations of a centre's own each of them is worth."""

    level_worth: float
    """Worth of the level, in resignations."""
    shape_worth: float
    """Worth of the level of each band of tenure against the others."""
    season_worth: float
    """Worth of there being no season."""
    effect_worth: float
    """Worth of each effect."""
    carried_over: float
    """Share of an effect measured elsewhere that is expected here."""
    tenure: TenureRates
    effects: tuple[Effect, ...]


@cache
def read_prior() -> Prior:
    """Return the shipped prior.

    Examples
    --------
    >>> [effect.column for effect in read_prior().effects][:2]
    ['pay_market_ratio', 'pay_peer_ratio']
    """
    return parse(tomllib.loads((files("attrition.model") / FILE).read_text(encoding="utf-8")), Prior, where=FILE)


def monthly_log_hazard(prior: Prior) -> np.ndarray:
    """Return the logarithm of the monthly rate of resigning in each band of tenure.

    Examples
    --------
    >>> np.exp(monthly_log_hazard(read_prior())).round(3).tolist()
    [0.076, 0.068, 0.04, 0.028, 0.02, 0.014, 0.01]
    """
    return np.log(np.array(prior.tenure.monthly_exits) * prior.tenure.voluntary_share)


def risk_within(monthly_hazard: np.ndarray, months: int) -> np.ndarray:
    """Return the probability of resigning within some months at a constant monthly hazard.

    Examples
    --------
    >>> risk_within(np.array([0.1]), 2).round(2).tolist()
    [0.19]
    """
    return 1.0 - (1.0 - monthly_hazard) ** months


def prior_curves(prior: Prior, features: Sequence[Feature]) -> list[Curve]:
    """Return what the prior says of each column it knows: that of tenure, and those of the effects.

    Parameters
    ----------
    prior : Prior
    features : sequence of Feature
        In the order of the columns.

    Examples
    --------
    >>> pay = Feature(name="pay_market_ratio", family="pay", lever="pay", en="", zh="", unit="ratio")
    >>> prior_curves(read_prior(), [pay])
    [Curve(column=0, values=(0.85, 1.15), log_odds=(0.225, -0.225))]
    """
    position = {feature.name: number for number, feature in enumerate(features)}
    effects = [
        Curve(
            position[effect.column],
            effect.between,
            tuple(
                round(prior.carried_over * effect.per_unit * (value - effect.reference), 6) for value in effect.between
            ),
        )
        for effect in prior.effects
        if effect.column in position
    ]
    tenure = tenure_feature(tuple(features))
    return effects if tenure is None else [_tenure_curve(prior, position[tenure.name], days_in(tenure)), *effects]


def days_in(tenure: Feature) -> float:
    """Return how many days the unit of a feature of tenure has."""
    return DAYS_PER_MONTH if tenure.unit == "months" else 1.0


def _tenure_curve(prior: Prior, column: int, days: float) -> Curve:
    """Return the log-hazard along tenure, through the middles of the bands."""
    ends = np.array([0.0, *prior.tenure.until_days, 2 * prior.tenure.until_days[-1]])
    middles = (ends[:-1] + ends[1:]) / 2 / days
    return Curve(column, tuple(middles.tolist()), tuple(monthly_log_hazard(prior).tolist()))
