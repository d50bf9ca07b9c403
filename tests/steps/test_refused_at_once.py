"""A request that the declarations alone show to be wrong is refused before the panel is built for it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from attrition import pipeline
from attrition.errors import UserError
from attrition.message import Message
from attrition.pilot.draw import DesignRequest
from tests.fixtures.make_workspace import KEPT, PILOT

OCTOBER = date(2026, 10, 31)
Request = Callable[[Path, Callable[[str | Message], None]], object]


def plan(budget: float) -> Request:
    return lambda workspace, progress: pipeline.plan(workspace, OCTOBER, budget=budget, progress=progress)


def design(name: str, intervention: str) -> Request:
    request = DesignRequest(name, OCTOBER, 6)
    return lambda workspace, progress: pipeline.design_pilot(
        workspace, request, intervention=intervention, progress=progress
    )


def read(name: str) -> Request:
    return lambda workspace, progress: pipeline.read_pilot(workspace, name, as_of=None, progress=progress)


@pytest.mark.parametrize(
    ("request_of", "message"),
    [
        (plan(0), "a budget of 0 buys nothing; give an amount of CNY above 0"),
        (plan(float("nan")), "a budget of nan buys nothing"),
        (design(PILOT, "leader_coaching"), f"pilots/{PILOT} is there already"),
        (design("new", "leader_coachin"), 'did you mean "leader_coaching"'),
        (design("new", "none"), "none is no intervention of models/playbook.toml that can be tried"),
        (read("nowhere"), "pilots/nowhere/design.json is not there yet"),
    ],
    ids=["nothing", "no number", "a name taken", "a wrong word", "no intervention", "an unknown pilot"],
)
def test_no_panel_is_built_for_a_refusal(request_of: Request, message: str, tmp_path: Path) -> None:
    workspace = Path(shutil.copytree(KEPT, tmp_path / "workspace"))
    steps: list[str] = []
    with pytest.raises(UserError, match=message):
        request_of(workspace, lambda step: steps.append(str(step)))
    assert steps == []
