"""Sums that do not depend on the order of rows: numbers as whole ten-thousandths, exact in a double up to 2**53."""

from __future__ import annotations

import ibis.expr.types as ir

STEP = 10_000


def exact(value: ir.Value) -> ir.NumericValue:
    """Turn a number or a flag into whole ten-thousandths, half rounded up, the same on every engine."""
    number = value.cast("int64").cast("float64") if value.type().is_boolean() else value.cast("float64")
    return (number * STEP + 0.5).floor().cast("float64")


def inexact(total: ir.NumericValue) -> ir.NumericValue:
    """Turn a total of ten-thousandths back into the unit it was measured in."""
    return total / STEP
