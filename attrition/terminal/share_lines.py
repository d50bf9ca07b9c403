"""The small table of how many agent-months will have the features of each family, by year and at the poorest site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrition.data.terms import family_name
from attrition.message import Message, joined, padded

if TYPE_CHECKING:
    import pandas as pd

    from attrition.steps.promises import Promises


def share_lines(promises: Promises | None) -> list[str]:
    """Return one line per family: in the sources, found in the roster, found by year, and the site with the fewest.

    Shares are those of agent-months; nothing is returned where there is none.
    """
    if promises is None or not len(promises.shares):
        return []
    shares = promises.shares
    years = sorted(shares["year"].unique())
    names = (padded(Message("family"), 18), padded(Message("in source"), 10, ">"), padded(Message("found"), 7, ">"))
    head = joined("", ("  ", *names, "  ", *(f"{year:>7}" for year in years), "  ", Message("fewest")))
    families = list(dict.fromkeys(shares["family"]))
    lines = [_line(family, shares[shares["family"] == family], years) for family in families]
    return ["", Message("agent-months with a value, before and after agents are looked up"), head, *lines]


def _line(family: str, rows: pd.DataFrame, years: list[int]) -> str:
    by_year = "".join(f"{_mean(rows[rows['year'] == year], 'covered_share'):>7.0%}" for year in years)
    sites = {str(site): _mean(part, "covered_share") for site, part in rows.groupby("site")}
    fewest = min(sites, key=lambda site: sites[site]) if len(sites) > 1 else None
    named = "" if fewest is None else f"  {fewest} {sites[fewest]:.0%}"
    shares = f"{_mean(rows, 'supplied_share'):>10.0%}{_mean(rows, 'covered_share'):>7.0%}  {by_year}{named}"
    return "  " + padded(family_name(family), 18) + shares


def _mean(rows: pd.DataFrame, column: str) -> float:
    """Return the mean share of agent-months."""
    return float((rows[column] * rows["agent_months"]).sum() / max(1, rows["agent_months"].sum()))
