"""The report's month, drawn once."""

from __future__ import annotations

import pytest

from attrition.report.inputs import ReportInputs
from tests.report.further import products as drawn


@pytest.fixture(scope="session")
def month() -> ReportInputs:
    """A month of a made-up centre."""
    return drawn()
