"""What a model may answer about one row of features, by the mode that it carries."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from attrition.data.people.protection import Mode
from attrition.predict.inputs import InvalidInput


def refuse_rows(mode: Mode) -> None:
    """Raise `InvalidInput` where a model answers nothing about single agents.

    Examples
    --------
    >>> refuse_rows("group_only")
    Traceback (most recent call last):
    attrition.predict.inputs.InvalidInput: this model was made in the mode group_only: it answers nothing about single \
agents
    """
    if mode == "group_only":
        raise InvalidInput("this model was made in the mode group_only: it answers nothing about single agents")


def allowed_answers(answers: Mapping[str, list[Any]], mode: Mode, *, horizons: Sequence[int]) -> dict[str, list[Any]]:
    """Return predictions, lists by column, as their mode allows: in "banded" without risks and sizes of drivers.

    Examples
    --------
    >>> drivers = '[{"feature": "pay", "log_odds": 0.4}, {"feature": "age", "log_odds": 0.2}]'
    >>> allowed_answers({"risk_3m": [0.2], "band": ["high"], "drivers": [drivers]}, "banded", horizons=[3])
    {'risk_3m': [None], 'band': ['high'], 'drivers': ['[{"feature": "age"}, {"feature": "pay"}]']}
    """
    if mode == "individual":
        return dict(answers)
    nulls: list[Any] = [None] * len(answers["band"])
    withheld = {f"risk_{horizon}m": nulls for horizon in horizons}
    return {**answers, **withheld, "drivers": [text and _names_in_no_order(text) for text in answers["drivers"]]}


def _names_in_no_order(drivers: str) -> str:
    """Return drivers without their sizes, sorted by name, as JSON."""
    rows = [{name: value for name, value in row.items() if name != "log_odds"} for row in json.loads(drivers)]
    return json.dumps(sorted(rows, key=lambda row: str(row["feature"])))
