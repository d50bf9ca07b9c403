"""Stage of employment: tenure, training, probation, contract, how the agent was hired."""

from __future__ import annotations

from collections.abc import Iterator

import ibis.expr.types as ir

from attrition.exposure.past import Past
from attrition.features.declare import Family, Feature

FAMILY = "tenure"

FEATURES: tuple[Feature, ...] = (
    Feature(
        name="tenure_length_days",
        family=FAMILY,
        lever="none",
        unit="days",
        en="tenure",
        zh="在职天数",
    ),
)


def build(past: Past) -> Iterator[ir.Table]:
    """Yield what the site's tables supply."""
    months = past.months
    yield months.select("agent_id", "as_of", tenure_length_days=months.tenure_days)


TENURE = Family(name=FAMILY, features=FEATURES, build=build)
