"""The facts of the kept workspace's second version, once for all tests of papers."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from attrition.report.papers.facts import PaperFacts
from attrition.runs import Runs
from attrition.steps.papers import Writing, gather_facts
from tests.house.places import REPOSITORY
from tests.kept import copy_with_panel

WRITTEN = date(2026, 11, 28)


@pytest.fixture(scope="session")
def with_panel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the kept workspace whose panel is built, with the starter declaration of papers."""
    workspace = copy_with_panel(tmp_path_factory)
    shutil.copy(REPOSITORY / "pipelines" / "papers.toml", workspace / "pipelines")
    return workspace


@pytest.fixture(scope="session")
def facts(with_panel: Path) -> PaperFacts:
    """What the papers of version 2 are filled with."""
    verdict = Runs(with_panel).read_verdict("2")
    return gather_facts(with_panel, "2", verdict, writing=Writing(WRITTEN, "Li Na"))
