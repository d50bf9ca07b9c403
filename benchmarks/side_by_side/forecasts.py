"""FIFE: one LightGBM per month ahead on those who were still there, multiplied to survival; risk is 1 - S(horizon)."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from side_by_side.process import KEYS, Known, Score, Turn, turns_of

PACKAGES = {"fife": ["fife", "lightgbm"]}
WHO, WHEN = "agent_id", "period"
SEED = 0


def turns(_peer: str, trials: Path, cores: int) -> Iterator[Turn]:
    """Give the origins."""
    return turns_of(_fit, trials, cores)


def _fit(known: Known) -> Score:
    """Let FIFE prepare and learn at its defaults; only what an exit is was replaced by our facts."""
    from fife.lgb_modelers import LGBSurvivalModeler
    from fife.processors import PanelDataProcessor

    # Without the last two FIFE takes a number with fewer than 1,024 values for a category.
    config = {"INDIVIDUAL_IDENTIFIER": WHO, "TIME_IDENTIFIER": WHEN, "SEED": SEED}
    config |= {"NUMERIC_SUFFIXES": known.numbers, "CATEGORICAL_SUFFIXES": known.categories}
    np.random.seed(SEED)  # FIFE draws the agents of its validation by this
    rows = known.rows[known.rows["months"].notna()].sort_values(KEYS, ignore_index=True)
    with contextlib.redirect_stdout(io.StringIO()):
        prepared = PanelDataProcessor(config, _panel(rows, known.names))
        prepared.build_processed_data()
        modeler = LGBSurvivalModeler(config=config, data=_told(prepared.data, rows))
        modeler.build_model(n_intervals=known.horizon)
    return lambda later: _risk(modeler, _panel(later, known.names))


def _panel(rows: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    when = rows["as_of"].dt.year * 100 + rows["as_of"].dt.month
    return pd.concat([rows[[WHO]], when.rename(WHEN), rows[names]], axis=1)


def _told(data: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Replace FIFE's guess, that who is absent has exited, by the resignations and censorings we know."""
    if not (data[WHO].to_numpy() == rows[WHO].to_numpy()).all():
        raise RuntimeError("FIFE put the rows into another order; their facts cannot be laid beside them")
    event = rows["event"] == 1
    return data.assign(
        _duration=(rows["months"] - event).astype(int), _event_observed=event, _maximum_lead=rows["months"].astype(int)
    )


def _risk(modeler: Any, later: pd.DataFrame) -> np.ndarray:
    """Score later rows as FIFE scores its last month, with the categories it has learnt."""
    learnt = modeler.data
    columns = {
        name: pd.Categorical(
            later[name].astype(object).where(later[name].notna(), "NaN"), categories=learnt[name].cat.categories
        )
        for name in modeler.categorical_features
    }
    modeler.data = later[modeler.numeric_features].assign(**columns)
    survival = modeler.predict()
    modeler.data = learnt
    return 1.0 - survival[:, -1]
