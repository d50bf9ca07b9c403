"""What the service answers about people who objected to being scored: that the model abstains, and why, no more."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from attrition.message import Message
from attrition.model.abstention import OBJECTED
from attrition.predict.inputs import AGENT

Objectors = Callable[[], Collection[str]]
"""A function that returns by which names whoever objected may be asked for: staff numbers, and pseudonyms."""
OF_THE_MODEL = "model_version"
"""The column that says nothing of the person."""


def nobody() -> Collection[str]:
    """Return that nobody objected."""
    return ()


def respecting_objections(
    columns: Mapping[str, list[Any]], agents: Sequence[str | None], objectors: Collection[str]
) -> dict[str, list[Any]]:
    """Return predictions without any of people who objected; a row that does not say whose it is cannot be judged.

    Parameters
    ----------
    columns : mapping of str to list
        From `attrition.predict.predictions.predictions`.
    agents : sequence of str or None
        Whose each row is; None where it does not say.
    objectors : collection of str
        By which names those who objected may be asked for.

    Examples
    --------
    >>> columns = {"risk_3m": [0.2, 0.3], "band": ["high", "low"], "abstained": [False, False],
    ...            "abstain_reason": [None, None], "model_version": ["1", "1"]}
    >>> answers = respecting_objections(columns, ["0012345", "0012346"], {"0012345"})
    >>> answers["risk_3m"], answers["abstained"], answers["abstain_reason"]
    ([None, 0.3], [True, False], ['objected to being scored', None])
    """
    if not objectors:
        return dict(columns)
    is_objected = [agent in objectors for agent in agents]
    is_unjudged = [
        agent is None and abstained is False for agent, abstained in zip(agents, columns["abstained"], strict=True)
    ]
    answers = {
        name: values if name == OF_THE_MODEL else _blanked(values, is_objected) for name, values in columns.items()
    }
    answers["band"] = _blanked(answers["band"], is_unjudged)
    answers["abstained"] = _filled(_blanked(answers["abstained"], is_unjudged), is_objected, True)
    unjudged = Message("cannot be judged without {fields}", fields=AGENT)
    answers["abstain_reason"] = _filled(
        _filled(answers["abstain_reason"], is_unjudged, unjudged), is_objected, OBJECTED
    )
    return answers


def _blanked(values: Sequence[Any], where: Sequence[bool]) -> list[Any]:
    return _filled(values, where, None)


def _filled(values: Sequence[Any], where: Sequence[bool], value: Any) -> list[Any]:
    return [value if is_there else kept for kept, is_there in zip(values, where, strict=True)]
