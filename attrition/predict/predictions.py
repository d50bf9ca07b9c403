"""Predictions of the served model for rows of features: risks, band, abstention, drivers and the model's version.

They are made of the same parts as the table ``scores``: `FittedRisk.risks` and `attrition.model.abstention`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from attrition.message import Message, joined
from attrition.model.abstention import Circumstances, has_stopped_source, reasons_to_abstain
from attrition.model.newcomers import TENURE
from attrition.predict.answers import allowed_answers, refuse_rows
from attrition.predict.inputs import IS_GONE, NOT_GIVEN, RUNNING, SITE, SOURCES, WHOLE_MONTH, Inputs
from attrition.predict.largest_topics import largest_topics

if TYPE_CHECKING:
    from attrition.model.risk import FittedRisk

ROWS_PER_BLOCK = 512
"""Rows that are scored together, so that a long request takes little more memory than a short one."""


def predictions(fitted: FittedRisk, inputs: Inputs, *, version: str, with_drivers: bool = True) -> dict[str, list[Any]]:
    """Return predictions for rows of features that carry no agent.

    Parameters
    ----------
    fitted : FittedRisk
        The model.
    inputs : Inputs
        The rows, from `attrition.predict.inputs`.
    version : str
        Version of the model, repeated in every row.
    with_drivers : bool
        Without them ``drivers`` is null, and a row takes a third of the time.

    Returns
    -------
    dict of str to list
        By column, the rows in order: ``risk_1m`` and so on (one per horizon), ``band``, ``drivers`` (JSON),
        ``model_version``, ``abstained`` and ``abstain_reason``.

        ``abstained`` is true with the reason as in ``scores``, or false; null where the row does not say what the rule
        must know, with what is missing as the reason. The band is that of the headline horizon's risk; it is null
        unless ``abstained`` is false, and where the order of the model was not shown. So no row has a band that
        ``scores`` would not give.

        The drivers are the three topics with the largest contribution to the log-odds, each described by its feature
        with the largest contribution. Contributions are relative to the average of the training months, since a single
        row has no peers. A model of the mode "banded" returns null risks, and names of drivers without their sizes.

    Raises
    ------
    InvalidInput
        The model's mode is "group_only": it answers nothing about single agents.
    """
    refuse_rows(fitted.mode)
    blocks = [_predict_block(fitted, block, with_drivers) for block in _blocks(inputs)]
    columns = {name: [value for block in blocks for value in block[name]] for name in blocks[0]}
    abstained, reasons = _abstentions(fitted, inputs)
    pairs = zip(columns["band"], abstained, strict=True)
    answers = {
        **columns,
        "band": [band if is_abstained is False else None for band, is_abstained in pairs],
        "model_version": [version] * len(abstained),
        "abstained": abstained,
        "abstain_reason": reasons,
    }
    return allowed_answers(answers, fitted.mode, horizons=fitted.horizons)


def _blocks(inputs: Inputs) -> Iterator[np.ndarray]:
    """Yield the encoded rows, so many at a time as are scored together."""
    for first in range(0, len(inputs.encoded), ROWS_PER_BLOCK):
        yield inputs.encoded[first : first + ROWS_PER_BLOCK]


def _predict_block(fitted: FittedRisk, encoded: np.ndarray, with_drivers: bool) -> dict[str, list[Any]]:
    """Return risks, the bands of the headline's risks, and drivers."""
    risk = fitted.risk(encoded)
    at_headline = risk[:, fitted.horizons.index(fitted.spec.headline)].tolist()
    drivers: list[Any] = [None] * len(encoded)
    if with_drivers:
        drivers = largest_topics(fitted.encoding, fitted.encoded_contributions(encoded)[:, :-1])
    return {
        **{f"risk_{horizon}m": risk[:, column].tolist() for column, horizon in enumerate(fitted.horizons)},
        "band": [fitted.band(value) for value in at_headline],
        "drivers": drivers,
    }


def _abstentions(fitted: FittedRisk, inputs: Inputs) -> tuple[list[bool | None], list[str | None]]:
    """Return for each row whether the model abstains and why; null and what is missing where it cannot be judged."""
    reasons = reasons_to_abstain(fitted, _circumstances(fitted, inputs))
    abstained: list[bool | None] = []
    words: list[str | None] = []
    for row, reason in enumerate(reasons):
        missing = [] if reason else _not_given(fitted, inputs, row)
        abstained.append(None if missing else reason is not None)
        words.append(Message("cannot be judged without {fields}", fields=joined(", ", missing)) if missing else reason)
    return abstained, words


def _circumstances(fitted: FittedRisk, inputs: Inputs) -> Circumstances:
    """Return what the rule of abstention must know; what a row does not say is no reason to abstain."""
    rows, names = len(inputs.encoded), fitted.encoding.names
    not_new = {None, NOT_GIVEN, *(fitted.training_sites or ())}
    is_new_site = [bool(fitted.training_sites) and site not in not_new for site in inputs.site]
    return Circumstances(
        is_missing=inputs.is_missing,
        tenure_days=inputs.encoded[:, names.index(TENURE)] if TENURE in names else np.full(rows, np.nan),
        is_new_site=np.array(is_new_site, dtype=bool),
        is_gone=np.array([bool(value) for value in inputs.is_gone], dtype=bool),
        has_stopped_source=_has_stopped_source(fitted, inputs),
    )


def _has_stopped_source(fitted: FittedRisk, inputs: Inputs) -> np.ndarray:
    """Return which rows are of a month in which a source has stopped; only whole months can tell."""
    months: dict[str | None, list[int]] = {}
    for row, (sources, month) in enumerate(zip(inputs.sources, inputs.month, strict=True)):
        if sources == WHOLE_MONTH:
            months.setdefault(month, []).append(row)
    has_stopped = np.zeros(len(inputs.encoded), dtype=bool)
    for rows in months.values():
        has_stopped[rows] = has_stopped_source(fitted, inputs.is_missing[rows])
    return has_stopped


def _not_given(fitted: FittedRisk, inputs: Inputs, row: int) -> list[str]:
    """Return what must still be known to say that the model does not abstain."""
    missing: list[str] = []
    if fitted.training_sites is None:
        missing.append(Message("a retrained model, since this one does not name the sites it has learnt from"))
    elif fitted.training_sites and inputs.site[row] is NOT_GIVEN:
        missing.append(SITE)
    if inputs.is_gone[row] is None:
        missing.append(IS_GONE)
    if inputs.sources[row] not in (RUNNING, WHOLE_MONTH):
        missing.append(SOURCES)
    return missing
