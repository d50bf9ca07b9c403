"""The answer of a backtest in words: the verdict, what it was tried on, and a line on each of its five parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from attrition.report.backtest_inputs import MIN_PEOPLE, TOO_FEW
from attrition.report.figures.tables import rows_of
from attrition.report.model_metrics import model_order

if TYPE_CHECKING:
    from attrition.report.backtest_inputs import BacktestInputs
    from attrition.report.formatter import Formatter

LEVELS = ("centre", "site", "team", "job_role")


def verdict_sentence(inputs: BacktestInputs, formatter: Formatter) -> str:
    """Return whether it would have been good, and where it changed beyond chance, that it did."""
    text = formatter.text
    than = text(f"bt.than.{inputs.baseline}")
    verdict = text(f"bt.verdict.{inputs.verdict}", than=than, people=inputs.people, minimum=MIN_PEOPLE)
    is_drifting = inputs.grade != TOO_FEW and inputs.is_drifting
    drift = [text("bt.verdict.drift", part=text("bt.part.drift"))] if is_drifting else []
    return formatter.sentences(verdict, *drift)


def tried_sentence(inputs: BacktestInputs, formatter: Formatter) -> str:
    """Return on which months, agents and people it was tried."""
    history = inputs.history
    return formatter.text(
        "bt.tried",
        months=formatter.value(float(len(history)), "months"),
        first=formatter.month(history["as_of"].min()),
        last=formatter.month(history["as_of"].max()),
        models=len(inputs.origins),
        agents=formatter.number((history["flagged"] + history["rest"]).mean()),
        people=formatter.number(inputs.people),
        horizon=inputs.horizon,
    )


def answer_parts(inputs: BacktestInputs, formatter: Formatter) -> list[tuple[str, str]]:
    """Return the name of each part of the answer and its sentences: order, level, list, ranges, drift.

    There is none where nobody resigned.
    """
    if not inputs.people:
        return []
    parts = {
        "order": _order(inputs, formatter),
        "level": _level(inputs, formatter),
        "list": _list(inputs, formatter),
        "ranges": _ranges(inputs, formatter),
        "drift": _drift(inputs, formatter),
    }
    return [(formatter.text(f"bt.part.{name}"), formatter.sentences(*parts[name])) for name in parts]


def beyond_chance(low: float, high: float) -> str:
    """Return "more" or "less" where an interval lies on one side of zero, and "none" where it does not."""
    if low > 0:
        return "more"
    return "less" if high < 0 else "none"


def level_of_100(ratio: float, formatter: Formatter) -> str:
    """Return how many resigned for each 100 that were expected."""
    return formatter.number(100 * ratio)


def _order(inputs: BacktestInputs, formatter: Formatter) -> Iterator[str]:
    text, own = formatter.text, rows_of(inputs.gains)[0]
    yield text(
        "bt.order",
        auc=formatter.share(own.auc, 1),
        low=formatter.share(own.low, 1),
        high=formatter.share(own.high, 1),
    )
    if inputs.grade == TOO_FEW:
        return
    others = inputs.gains.iloc[1:]
    compared = others[others["model"].isin([inputs.baseline, "logistic"])]
    for row in sorted(rows_of(compared), key=lambda row: model_order(row.model), reverse=True):
        yield text(
            f"bt.gain.{beyond_chance(row.gain_low, row.gain_high)}",
            than=text(f"bt.than.{row.model}"),
            gain=formatter.points(100 * row.gain),
            low=formatter.number(100 * row.gain_low, 1),
            high=formatter.number(100 * row.gain_high, 1),
        )


def _level(inputs: BacktestInputs, formatter: Formatter) -> Iterator[str]:
    text = formatter.text
    items = [
        text(
            "bt.level.item",
            ratio=level_of_100(row.ratio, formatter),
            low=level_of_100(row.low, formatter),
            high=level_of_100(row.high, formatter),
            horizon=formatter.value(float(row.horizon_months), "months"),
            people=formatter.number(row.people),
        )
        for row in rows_of(inputs.level)
    ]
    yield text("bt.level", items=text("bt.semicolon").join(items))
    if inputs.grade != TOO_FEW:
        yield text(f"bt.level.{'right' if inputs.is_level_right else 'off'}", horizon=inputs.horizon)


def _list(inputs: BacktestInputs, formatter: Formatter) -> Iterator[str]:
    text, history = formatter.text, inputs.history
    agents = history["flagged"] + history["rest"]
    resigned = history["flagged_resigned"] + history["rest_resigned"]
    yield text(
        "bt.list",
        listed=formatter.number(history["flagged"].mean()),
        share=formatter.share(inputs.capacity_share, 0),
        hits=formatter.number(history["flagged_resigned"].mean(), 1),
        random=formatter.number((history["flagged"] * resigned / agents).mean(), 1),
        horizon=inputs.horizon,
        lift=formatter.number(inputs.lift["value"], 1),
        low=formatter.number(inputs.lift["low"], 1),
        high=formatter.number(inputs.lift["high"], 1),
    )
    last, chance = inputs.lead.get("last_listed_share"), inputs.lead.get("last_by_chance_share")
    if last is not None and chance is not None and last == last:
        yield text("bt.last", listed=formatter.share(last, 0), chance=formatter.share(chance, 0))


def _ranges(inputs: BacktestInputs, formatter: Formatter) -> Iterator[str]:
    text = formatter.text
    at_headline = inputs.ranges[inputs.ranges["horizon_months"] == inputs.horizon]
    by_level = {row.level: row for row in rows_of(at_headline)}
    items = [
        text(
            "bt.ranges.item",
            level=text(f"bt.level_name.{level}"),
            held=formatter.number(row.held),
            ranges=formatter.number(row.ranges),
            share=formatter.share(row.held / row.ranges, 0),
        )
        for level, row in ((level, by_level[level]) for level in LEVELS if level in by_level)
    ]
    yield text("bt.ranges", horizon=inputs.horizon, items=text("bt.semicolon").join(items))


def _drift(inputs: BacktestInputs, formatter: Formatter) -> Iterator[str]:
    text = formatter.text
    if inputs.change.empty:
        yield text("bt.drift.none")
    if inputs.grade == TOO_FEW:
        yield text("bt.few")
        return
    for row in rows_of(inputs.change):
        is_auc = row.metric == "auc"
        values = [row.earlier, row.later, row.change, row.low, row.high]
        earlier, later, change, low, high = (formatter.number(100 * value, 1 if is_auc else 0) for value in values)
        figures = {"earlier": earlier, "later": later, "change": change, "low": low, "high": high}
        yield text(f"bt.drift.{row.metric}.{beyond_chance(row.low, row.high)}", **figures)
