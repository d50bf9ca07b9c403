"""One small centre on disk, and one in memory that is large enough to count in."""

from __future__ import annotations

from pathlib import Path

import pytest

from attrition.data.synthetic import write_centre
from attrition.data.synthetic.market import market
from attrition.data.synthetic.plan import plan
from attrition.data.synthetic.simulate import Lived, lived


@pytest.fixture(scope="session")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("centre")
    write_centre(folder, agents=60, months=15, seed=3)
    return folder


@pytest.fixture(scope="session")
def story() -> list[Lived]:
    layout = plan(500, 24, seed=4, last_month="2026-10")
    return [month for month in lived(layout, market(layout)) if month.month.number >= layout.first_month]
