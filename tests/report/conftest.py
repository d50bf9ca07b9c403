"""The sample month of the report's tests and its figures, drawn once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from attrition.report.figures.month_figures import MonthFigures, month_figures
from attrition.report.inputs import ReportInputs
from tests.report.sample_inputs import sample_inputs


@pytest.fixture(scope="session")
def inputs() -> ReportInputs:
    """Everything a report can be made from, of a made-up centre."""
    return sample_inputs()


@pytest.fixture(scope="session")
def bare_inputs(inputs: ReportInputs) -> ReportInputs:
    """The same month of a site that supplies only what is required."""
    optional = ("spells", "past_scores", "panel_rows", "driver_views", "interventions_received", "plan", "evaluations")
    return replace(inputs, **dict.fromkeys(optional))


@pytest.fixture(scope="session")
def month(inputs: ReportInputs) -> MonthFigures:
    """The figures of the sample month."""
    return month_figures(inputs)


@pytest.fixture(scope="session")
def bare_month(bare_inputs: ReportInputs) -> MonthFigures:
    """The figures of the month from only what is required."""
    return month_figures(bare_inputs)
