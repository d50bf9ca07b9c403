"""The report's month, drawn once."""

from __future__ import annotations

import pytest

from attrition.report.products import Products
from tests.report.further import products as drawn


@pytest.fixture(scope="session")
def month() -> Products:
    """A month of a made-up centre."""
    return drawn()
