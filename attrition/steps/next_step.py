"""What comes next: one table from the state of a workspace to the command that can be run there and leads on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from attrition.message import Message, counted
from attrition.model import aliases
from attrition.runs import Runs
from attrition.steps.backtest import read_backtest_job
from attrition.steps.declarations import read_spec
from attrition.steps.history import History
from attrition.steps.versions import find_version, promotion_command

CHECK, RETRAIN = "attrition check", "attrition retrain"


@dataclass(frozen=True, kw_only=True)
class State:
    """What decides about the next step.

    Parameters
    ----------
    history : History
        The months that the tables cover.
    fewest, fewest_for_backtest : int
        Months from which a model can be fitted, and a backtest be run.
    has_backtest : bool
        Whether a backtest was run.
    in_use : str, optional
        The version that scores.
    newest : str, optional
        The newest registered version.
    promotion : str
        The command that makes the newest version the champion, where none is in use.
    is_reported : bool
        Whether the version in use made the report of the last month.
    """

    history: History = field(default_factory=History)
    fewest: int = 4
    fewest_for_backtest: int = 12
    has_backtest: bool = False
    in_use: str | None = None
    newest: str | None = None
    promotion: str = ""
    is_reported: bool = False

    @property
    def has_too_few_months(self) -> bool:
        """Whether the tables were read, and hold fewer months than a model needs."""
        return self.history.last is not None and self.history.known_months < self.fewest


class Rule(NamedTuple):
    """A state of a workspace in words, whether a workspace is in it, and what comes next there."""

    name: str
    holds: Callable[[State], bool]
    step: Callable[[State], str]


def _too_few_months(state: State) -> Message:
    return counted(
        "{count} month of which exits are known is too few for a model, {needed} are needed: export earlier months, or "
        "wait; meanwhile `attrition life-table` shows how long people stay",
        "{count} months of which exits are known are too few for a model, {needed} are needed: export earlier months, "
        "or wait; meanwhile `attrition life-table` shows how long people stay",
        state.history.known_months,
        needed=state.fewest,
    )


def _promote(state: State) -> Message:
    return Message(
        "no model is in use; the card says what version {version} failed, and who knows why may use it: `{command}`",
        version=state.newest,
        command=state.promotion,
    )


def _next_month(state: State) -> Message:
    last = state.history.last or date.min
    return Message(
        "{month:%Y-%m} is reported; when the exports of {next_month:%Y-%m} are there, `attrition check`",
        month=last,
        next_month=last + timedelta(days=1),
    )


def _report(state: State) -> str:
    return f"attrition monthly --as-of {state.history.last:%Y-%m}"


RULES: tuple[Rule, ...] = (
    Rule("tables not read", lambda state: state.history.last is None, lambda _: CHECK),
    Rule("a model in use, last month not reported by it", lambda state: bool(state.in_use) and not state.is_reported,
         _report),
    Rule("a model in use, last month reported by it", lambda state: bool(state.in_use), _next_month),
    Rule("models, none in use", lambda state: bool(state.newest), _promote),
    Rule("no model, too few months", lambda state: state.has_too_few_months, _too_few_months),
    Rule("no model, enough months for a backtest, none run",
         lambda state: state.history.known_months >= state.fewest_for_backtest and not state.has_backtest,
         lambda _: Message("attrition backtest, or attrition retrain")),
    Rule("no model", lambda _: True, lambda _: RETRAIN),
)  # fmt: skip
"""The first rule that holds decides."""


def next_step(state: State) -> str:
    """Return what to do next in a state: a command that can be run there, or a sentence that ends with one.

    Examples
    --------
    >>> history = History.between(date(2026, 6, 30), date(2026, 10, 31), known_to=date(2026, 10, 31))
    >>> next_step(State()), next_step(State(history=history)), next_step(State(history=history, in_use="1"))
    ('attrition check', 'attrition retrain', 'attrition monthly --as-of 2026-10')
    """
    return next(rule.step(state) for rule in RULES if rule.holds(state))


def read_state(workspace: Path, history: History | None = None) -> State:
    """Read the state of a workspace; the months are those of its panel, unless a command has just read the tables."""
    from attrition.model.trainable import fewest_months, fewest_months_for_backtest

    runs, spec = Runs(workspace), read_spec(workspace)
    history = history if history is not None else _history(runs)
    in_use, versions = aliases.version_in_use(workspace), aliases.registered_versions(workspace)
    newest = versions[-1].number if versions else None
    return State(
        history=history,
        fewest=fewest_months(spec),
        fewest_for_backtest=fewest_months_for_backtest(read_backtest_job(workspace), spec),
        has_backtest=runs.has_backtest(),
        in_use=in_use,
        newest=newest,
        promotion=promotion_command(find_version(workspace, newest)) if newest and in_use is None else "",
        is_reported=history.last is not None and _is_reported(runs, history.last, in_use),
    )


def after_retrain(workspace: Path, version: str) -> str:
    """Return what to do after a retrain: as `next_step`, with a word on the version where another one stays in use."""
    state = read_state(workspace)
    if state.in_use in (None, version):
        return next_step(state)
    return Message(
        "`{command}` uses version {in_use}; the card says what version {version} failed",
        command=_report(state),
        in_use=state.in_use,
        version=version,
    )


def _history(runs: Runs) -> History:
    """Return the months of the panel; none where there is no panel."""
    from attrition.labels.maturity import mature_to

    if not runs.panel_provenance():
        return History()
    outcomes = runs.read_outcomes()
    first, last = outcomes["as_of"].min(), outcomes["as_of"].max()
    return History.between(first.date(), last.date(), known_to=mature_to(outcomes, last).date())


def _is_reported(runs: Runs, month: date, version: str | None) -> bool:
    if not (runs.workspace / "reports" / f"{month:%Y-%m}").is_dir() or month not in runs.months():
        return False
    return runs.version_of_month(month) == version
