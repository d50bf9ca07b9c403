"""One table says what comes next in every state of a workspace; months and people that are proposed are there."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from attrition.errors import UserError
from attrition.runs import Runs
from attrition.steps.history import History
from attrition.steps.months import require_scored
from attrition.steps.next_step import RULES, State, next_step
from tests.fixtures.make_workspace import KEPT

OCTOBER = date(2026, 10, 31)


def months(count: int, *, known: int | None = None) -> History:
    """Return a history that ends with October 2026."""
    return History(months=count, known_months=count if known is None else known, last=OCTOBER)


@pytest.mark.parametrize(
    ("state", "step"),
    [
        (State(), "attrition check"),
        (State(history=months(1)), "1 month of which exits are known is too few"),
        (State(history=months(6, known=3)), "3 months of which exits are known are too few"),
        (State(history=months(4)), "attrition retrain"),
        (State(history=months(11)), "attrition retrain"),
        (State(history=months(12)), "attrition backtest, or attrition retrain"),
        (State(history=months(12), has_backtest=True), "attrition retrain"),
        (
            State(history=months(12), newest="3", promotion="attrition models promote 3"),
            "no model is in use; the card says",
        ),
        (State(history=months(12), newest="3", in_use="3"), "attrition monthly --as-of 2026-10"),
        (State(history=months(12), newest="3", in_use="2"), "attrition monthly --as-of 2026-10"),
        (State(history=months(12), in_use="2", is_reported=True), "2026-10 is reported; when the exports of 2026-11"),
        (State(history=months(2), in_use="2", is_reported=True), "2026-10 is reported"),
    ],
)
def test_every_state_leads_on(state: State, step: str) -> None:
    assert next_step(state).startswith(step)


def test_every_rule_is_reached_and_one_always_holds() -> None:
    states = [
        State(history=history, newest=newest, in_use=in_use, is_reported=is_reported, has_backtest=has_backtest)
        for history in (History(), months(1), months(5), months(30))
        for newest, in_use in ((None, None), ("1", None), ("1", "1"))
        for is_reported in (False, True)
        for has_backtest in (False, True)
    ]
    reached = {next(rule.name for rule in RULES if rule.holds(state)) for state in states}
    assert reached == {rule.name for rule in RULES}


def test_after_december_comes_january() -> None:
    history = History(months=30, known_months=30, last=date(2026, 12, 31))
    assert "2027-01" in next_step(State(history=history, in_use="1", is_reported=True))


def test_a_month_that_was_not_scored_is_answered_with_the_command_that_works_for_it() -> None:
    require_scored(KEPT, OCTOBER)
    with pytest.raises(UserError, match=r"the scores of 2026-09 .*`attrition monthly --from 2026-09 --to 2026-09`"):
        require_scored(KEPT, date(2026, 9, 30))


def test_a_month_that_the_data_do_not_hold_is_answered_with_one_that_is_scored(tmp_path: Path) -> None:
    runs = Runs(Path(shutil.copytree(KEPT / "runs", tmp_path / "runs")).parent)
    runs.panel.touch()
    with pytest.raises(UserError, match="the newest month that is scored is 2026-10: --as-of 2026-10"):
        require_scored(tmp_path, date(2026, 12, 31))
