"""Sums that do not depend on the order of rows: numbers as whole ten-thousandths, exact in a double up to 2**53."""

from __future__ import annotations

import ibis.expr.types as ir

SCALE = 10_000
ROUNDING = 1.5 * 2.0**52
"""Added to a number and taken away again it leaves the nearest whole number, ties to even: IEEE 754 alone."""


def to_fixed_point(value: ir.Value) -> ir.NumericValue:
    """Turn a number or a flag into whole ten-thousandths, the same on every engine; no number is too large."""
    number = value.cast("int64").cast("float64") if value.type().is_boolean() else value.cast("float64")
    return (number * float(SCALE) + ROUNDING) - ROUNDING


def from_fixed_point(total: ir.NumericValue) -> ir.NumericValue:
    """Turn a total of ten-thousandths back into the unit it was measured in."""
    return total / SCALE
