"""The card's sentences on how early those who resigned had been on the list."""

from __future__ import annotations

import math

import pandas as pd


def lead_time_lines(lead_time: pd.DataFrame, *, capacity_share: float) -> list[str]:
    """Return how early leavers were on the list, beside lists drawn at random, in a sentence or two.

    Parameters
    ----------
    lead_time : DataFrame
        From `attrition.model.lead_time.lead_figures`.
    capacity_share : float
        Share of agents on a list.
    """
    figures = lead_time.set_index("metric").astype(float).to_dict("index")
    if not figures["leavers"]["value"]:
        return ["Nobody resigned in the evaluated months."]

    def with_interval(name: str, number_format: str) -> str:
        figure = figures[name]
        value, low, high = (format(figure[key], number_format) for key in ("value", "low", "high"))
        return f"{value} ({low} to {high})"

    if math.isnan(figures["leavers"]["value"]):
        return ["Too few people resigned in the evaluated months to say how early they were on the list."]
    last_month = "Nobody's last month-end before their notice was evaluated."
    if math.isnan(last := figures["leavers_with_last_list"]["value"]):
        last_month = "Of too few was the last month-end before their notice evaluated."
    elif last:
        last_month = (
            f"Of the {last:.0f} whose last month-end before their notice was "
            f"evaluated, {with_interval('last_listed_share', '.0%')} were on that month's list, where a list drawn at "
            f"random has {figures['last_by_chance_share']['value']:.0%} of them."
        )
    text = (
        f"Of {figures['leavers']['value']:.0f} who resigned, "
        f"{with_interval('listed_before_share', '.0%')} had been in the "
        f"top {capacity_share:.0%} of an evaluated month before. Lists drawn at random every month would have had "
        f"{figures['listed_by_chance_share']['value']:.0%} of them at some time, so the excess over chance is "
        f"{with_interval('listed_beyond_chance_share', '.0%')}. {last_month} "
    )
    weeks = (
        f"Those who were listed were so for the first time "
        f"{with_interval('weeks_median', '.1f')} weeks (the median) before they handed in their notice; "
        f"a quarter of them "
        f"{with_interval('weeks_three_quarters', '.1f')} weeks or more. The first evaluated month may cut this short."
    )
    if math.isnan(figures["weeks_median"]["value"]):
        weeks = "Too few were listed to say how early."
    return [text + weeks]
