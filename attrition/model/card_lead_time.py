"""The card's sentences on how early those who resigned had been on the list."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping

import pandas as pd

from attrition.message import Message
from attrition.model.markdown import in_a_row

Figures = Mapping[Hashable, Mapping[Hashable, float]]
"""Value, low and high of every figure."""


def lead_time_lines(lead_time: pd.DataFrame, *, capacity_share: float) -> list[str]:
    """Return how early leavers were on the list, beside lists drawn at random, in a sentence or two.

    Parameters
    ----------
    lead_time : DataFrame
        From `attrition.model.lead_time.lead_figures`.
    capacity_share : float
        Share of agents on a list.
    """
    figures: Figures = lead_time.set_index("metric").astype(float).to_dict("index")
    leavers = figures["leavers"]["value"]
    if not leavers:
        return [Message("Nobody resigned in the evaluated months.")]
    if math.isnan(leavers):
        return [Message("Too few people resigned in the evaluated months to say how early they were on the list.")]
    before = Message(
        "Of {leavers:.0f} who resigned, {before} had been in the top {capacity:.0%} of an evaluated month before. "
        "Lists drawn at random every month would have had {chance:.0%} of them at some time, so the excess over "
        "chance is {excess}.",
        leavers=leavers,
        before=_share(figures["listed_before_share"]),
        capacity=capacity_share,
        chance=figures["listed_by_chance_share"]["value"],
        excess=_share(figures["listed_beyond_chance_share"]),
    )
    return [in_a_row(before, _last_month(figures), _weeks_before(figures))]


def _last_month(figures: Figures) -> Message:
    """Return how many of the leavers were on the last list before their notice."""
    last = figures["leavers_with_last_list"]["value"]
    if math.isnan(last):
        return Message("Of too few was the last month-end before their notice evaluated.")
    if not last:
        return Message("Nobody's last month-end before their notice was evaluated.")
    return Message(
        "Of the {last:.0f} whose last month-end before their notice was evaluated, {listed} were on that month's list, "
        "where a list drawn at random has {chance:.0%} of them.",
        last=last,
        listed=_share(figures["last_listed_share"]),
        chance=figures["last_by_chance_share"]["value"],
    )


def _weeks_before(figures: Figures) -> Message:
    """Return how many weeks before their notice leavers were first on a list."""
    if math.isnan(figures["weeks_median"]["value"]):
        return Message("Too few were listed to say how early.")
    return Message(
        "Those who were listed were so for the first time {median} weeks (the median) before they handed in their "
        "notice; a quarter of them {quarter} weeks or more. The first evaluated month may cut this short.",
        median=_number(figures["weeks_median"]),
        quarter=_number(figures["weeks_three_quarters"]),
    )


def _share(figure: Mapping[Hashable, float]) -> Message:
    return Message("{value:.0%} ({low:.0%} to {high:.0%})", **_with_interval(figure))


def _number(figure: Mapping[Hashable, float]) -> Message:
    return Message("{value:.1f} ({low:.1f} to {high:.1f})", **_with_interval(figure))


def _with_interval(figure: Mapping[Hashable, float]) -> dict[str, float]:
    return {name: figure[name] for name in ("value", "low", "high")}
