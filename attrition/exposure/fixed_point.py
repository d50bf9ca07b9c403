"""Represent numbers as whole ten-thousandths, so that sums do not depend on the order of rows (exact up to 2**53)."""

from __future__ import annotations

import ibis.expr.types as ir

SCALE = 10_000
ROUNDING = 1.5 * 2.0**52
"""Adding and subtracting this number rounds a double to the nearest whole number, ties to even.

It does so by the arithmetic of IEEE 754, which is the same on every engine, without the engine's own `round`.
"""


def to_fixed_point(value: ir.Value) -> ir.NumericValue:
    """Return a number or boolean in whole ten-thousandths, as a double, which cannot overflow like an integer."""
    number = value.cast("int64").cast("float64") if value.type().is_boolean() else value.cast("float64")
    return (number * float(SCALE) + ROUNDING) - ROUNDING


def from_fixed_point(total: ir.NumericValue) -> ir.NumericValue:
    """Return a total of ten-thousandths in its original unit."""
    return total / SCALE
