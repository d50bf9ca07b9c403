"""What the centre's edition tells besides the month's own figures, computed once for both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from attrition.report.cohorts import cohorts
from attrition.report.costs import Costs, costs
from attrition.report.funnel import Funnel, funnel
from attrition.report.market import market
from attrition.report.movements import Movements, movements
from attrition.report.sentences import by_name
from attrition.report.steps import Steps, steps
from attrition.report.strain import strain
from attrition.report.tables import flagged
from attrition.report.turnover import Turnover, turnover

if TYPE_CHECKING:
    from attrition.report.products import Products


@dataclass(frozen=True, kw_only=True, eq=False)
class Centre:
    """The figures of the centre's edition; what the data do not tell is None or an empty table.

    Parameters
    ----------
    products : Products
        What they were made from.
    expected, low, high : float
        Expected resignations of the whole centre as the table of units shows them; null where they are hidden.
    """

    products: Products
    expected: float
    low: float
    high: float
    turnover: Turnover | None
    costs: Costs | None
    funnel: Funnel | None
    cohorts: pd.DataFrame
    market: pd.DataFrame
    strain: pd.DataFrame
    movements: Movements | None
    steps: Steps


def centre(products: Products, units: pd.DataFrame) -> Centre:
    """Compute the figures of the centre's edition.

    Parameters
    ----------
    products : Products
        The month; ``spells``, ``judged``, ``frame``, ``driver_views``, ``given``, ``lessons``, ``plan``,
        ``replacement`` and ``base_pay`` as far as they are known.
    units : DataFrame
        The month's `attrition.report.tables.expected_units`: what it hides is hidden here too.
    """
    as_of, minimum, spells, frame = products.as_of, products.min_group, products.spells, products.frame
    gone = units[units["is_hidden"].astype(bool)]
    hidden = set(zip(gone["level"].astype(str), gone["unit"].astype(str), strict=True))
    said = units[units["level"] == "centre"].iloc[0]
    features = by_name(products.features)
    nothing = pd.DataFrame()
    judged = products.judged
    return Centre(
        products=products,
        expected=float(said["expected"]),
        low=float(said["low"]),
        high=float(said["high"]),
        turnover=None if spells is None else turnover(spells, as_of, horizon=products.horizon, minimum=minimum),
        costs=costs(products, units),
        funnel=None if judged is None else funnel(judged, horizon=products.horizon, minimum=minimum, hidden=hidden),
        cohorts=nothing if spells is None else cohorts(spells, as_of, minimum=minimum),
        market=nothing if frame is None else market(frame, as_of, minimum=minimum, hidden=hidden),
        strain=nothing if frame is None else strain(frame, features, as_of, minimum=minimum, hidden=hidden),
        movements=movements(products, flagged(products), hidden=hidden),
        steps=steps(products),
    )
