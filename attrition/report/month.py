"""Every figure of a month's report, computed once, for all languages, pages and the workbook alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attrition.report.accounts import Verdict, account, verdict
from attrition.report.health import examined
from attrition.report.tables import (
    compared,
    expected_units,
    feature_points,
    flagged,
    lever_points,
    quality_rules,
    rows_read_and_used,
)
from attrition.report.watch import Watched, beyond_capacity, not_scored, watch_list

if TYPE_CHECKING:
    import pandas as pd

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


def month(products: Products) -> Month:
    """Compute the figures of a month."""
    judged = account(products.history)
    names = flagged(products)
    drivers = products.drivers[products.drivers["horizon_months"] == products.horizon]
    before = products.drivers_earlier
    earlier = None if before is None else lever_points(before, products.flagged_earlier)
    watched = watch_list(products)
    read, used = rows_read_and_used(products)
    return Month(
        products=products,
        judged=judged,
        verdict=verdict(judged),
        units=expected_units(products),
        flagged=names,
        levers=compared(lever_points(drivers, names), earlier, "lever"),
        features=feature_points(drivers, names, symptoms=False, minimum=products.min_group),
        signs=feature_points(drivers, names, symptoms=True, minimum=products.min_group),
        watched=watched,
        beyond=beyond_capacity(products, watched),
        unscored=not_scored(products),
        quality=quality_rules(products),
        rows_read=read,
        rows_used=used,
        metrics=examined(products),
    )
