"""Every figure of a month's report, computed once, for all languages, pages and the workbook alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from attrition.report.accounts import Verdict, account, verdict
from attrition.report.centre import Centre, centre
from attrition.report.disclosure import coarse, counted, judged_shown
from attrition.report.health import examined
from attrition.report.tables import (
    compared,
    expected_units,
    explained,
    feature_points,
    flagged,
    lever_points,
    quality_rules,
    rows_read_and_used,
)
from attrition.report.teams import Team, teams
from attrition.report.watch import Watched, beyond_capacity, not_scored, watch_list

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attrition.report.products import Products


@dataclass(frozen=True, kw_only=True, eq=False)
class Month:
    """The tables behind the report, in the order in which it tells them; group figures are already suppressed."""

    products: Products
    judged: pd.DataFrame
    verdict: Verdict
    units: pd.DataFrame
    flagged: list[str]
    levers: pd.DataFrame
    features: pd.DataFrame
    signs: pd.DataFrame
    watched: list[Watched]
    beyond: int
    unscored: int
    quality: pd.DataFrame
    rows_read: int
    rows_used: int
    metrics: pd.DataFrame
    calibration: pd.DataFrame
    teams: list[Team]
    centre: Centre


def month(products: Products) -> Month:
    """Compute the figures of a month."""
    judged = account(products.history)
    names = flagged(products)
    watched = watch_list(products)
    read, used = rows_read_and_used(products)
    units = expected_units(products)
    return Month(
        products=products,
        judged=judged_shown(judged, products.min_group),
        verdict=verdict(judged),
        units=units,
        flagged=names,
        levers=_levers(products, names),
        features=_features(products, names, symptoms=False),
        signs=_features(products, names, symptoms=True),
        watched=watched,
        beyond=beyond_capacity(products, watched),
        unscored=not_scored(products),
        quality=quality_rules(products),
        rows_read=read,
        rows_used=used,
        metrics=examined(products),
        calibration=_calibration(products),
        teams=teams(products, units),
        centre=centre(products, units),
    )


def _levers(products: Products, names: list[str]) -> pd.DataFrame:
    """Average the points per lever over the flagged, beside the month before; nothing of fewer than a group."""
    now = _shown(lever_points(products.everyone, names), names, products.min_group)
    before, earlier = products.drivers_earlier, products.flagged_earlier
    if before is not None and len(earlier) >= products.min_group:
        return compared(now, _shown(lever_points(before, earlier), earlier, products.min_group), "lever")
    return compared(now, None, "lever")


def _features(products: Products, names: list[str], *, symptoms: bool) -> pd.DataFrame:
    minimum = products.min_group
    everyone, own = products.everyone, explained(products)
    means = feature_points(own, names, everyone=everyone, symptoms=symptoms, minimum=minimum)
    table = _shown(means, names, minimum)
    return table[table["points"] > 0].reset_index(drop=True)


def _shown(means: pd.DataFrame, names: Sequence[str], minimum: int) -> pd.DataFrame:
    """Take means over the flagged through the door."""
    if len(names) < minimum:
        return means.head(0)
    return means.assign(points=coarse(means["points"], len(names)), raised=counted(means["raised"], minimum))


def _calibration(products: Products) -> pd.DataFrame:
    """Keep the groups of similar estimates that are groups."""
    groups = products.calibration
    return pd.DataFrame() if groups is None else groups[groups["agents"] >= products.min_group].reset_index(drop=True)
