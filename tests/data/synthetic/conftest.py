"""One small centre on disk, and the months of one in memory that is large enough for statistics."""

from __future__ import annotations

from pathlib import Path

import pytest

from attrition.data.synthetic import write_centre
from attrition.data.synthetic.layout import make_layout
from attrition.data.synthetic.market import draw_market
from attrition.data.synthetic.simulate import SimulatedMonth, simulate_months


@pytest.fixture(scope="session")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("centre")
    write_centre(folder, agents=60, months=15, seed=3)
    return folder


@pytest.fixture(scope="session")
def months() -> list[SimulatedMonth]:
    layout = make_layout(500, 24, seed=4, last_month="2026-10")
    return [
        simulated_month
        for simulated_month in simulate_months(layout, draw_market(layout))
        if simulated_month.month.number >= layout.first_month
    ]
