"""Career path: time in role and grade, steps made and refused, learning."""

from __future__ import annotations

from collections.abc import Iterator

import ibis.expr.types as ir

from attrition.exposure.past import Past
from attrition.features.declare import Family, Feature

FAMILY = "career"

FEATURES: tuple[Feature, ...] = ()


def build(past: Past) -> Iterator[ir.Table]:
    """Yield what the site's tables supply."""
    yield from ()


CAREER = Family(name=FAMILY, features=FEATURES, build=build)
