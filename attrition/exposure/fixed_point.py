"""Fixed-point numbers: sums that do not depend on the order of rows, as whole ten-thousandths, exact up to 2**53."""

from __future__ import annotations

import ibis.expr.types as ir

SCALE = 10_000
ROUNDING = 1.5 * 2.0**52
"""Added and subtracted again, it rounds a double to the nearest whole number, ties to even, by IEEE 754 alone."""


def to_fixed_point(value: ir.Value) -> ir.NumericValue:
    """Convert a number or a flag to whole ten-thousandths, the same on every engine and without overflow."""
    number = value.cast("int64").cast("float64") if value.type().is_boolean() else value.cast("float64")
    return (number * float(SCALE) + ROUNDING) - ROUNDING


def from_fixed_point(total: ir.NumericValue) -> ir.NumericValue:
    """Convert a total of ten-thousandths back to its unit."""
    return total / SCALE
