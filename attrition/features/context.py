"""What surrounds the centre: season, labour market, growth."""

from __future__ import annotations

from collections.abc import Iterator

import ibis.expr.types as ir

from attrition.exposure.past import Past
from attrition.features.declare import Family, Feature

FAMILY = "context"

FEATURES: tuple[Feature, ...] = ()


def build(past: Past) -> Iterator[ir.Table]:
    """Yield what the site's tables supply."""
    yield from ()


CONTEXT = Family(name=FAMILY, features=FEATURES, build=build)
