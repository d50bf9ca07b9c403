"""Peers that learn time to resignation, censored by other exits and by the origin; risk is 1 - S(horizon)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from side_by_side.process import Known, Score, Turn, turns_of

PACKAGES = {"random_survival_forest": ["scikit-survival"], "cox": ["scikit-survival"]}
MOST_ROWS = 20_000
"""The forest sees one month in so many of each agent that no more rows than this are left; the rest see all."""
ROWS_AT_ONCE = 2_000
FURTHEST = 5.0
PENALTY = 1.0
"""The weight of the squared coefficients: what scikit-learn's logistic regression has by default."""


def turns(peer: str, trials: Path, cores: int) -> Iterator[Turn]:
    """Give a peer's origins."""
    return turns_of(partial(_fit, peer), trials, cores)


def _fit(peer: str, known: Known) -> Score:
    rows = known.followed()
    model, used, until = MAKERS[peer](known, rows)
    model.fit(used[known.names].to_numpy(), target(used, until=until))
    return partial(_risk, model, known)


def target(rows: pd.DataFrame, *, until: int) -> np.ndarray:
    """Give event and time for scikit-survival, with follow-up ending after so many months."""
    from sksurv.util import Surv

    event = (rows["event"] == 1) & (rows["months"] <= until)
    return Surv.from_arrays(event=event.to_numpy(), time=rows["months"].clip(upper=until).to_numpy())


def thinned(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep one month in so many of each agent; where to begin differs by agent, so that all months are seen."""
    every = -(-len(rows) // MOST_ROWS)
    month = rows["as_of"].dt.year * 12 + rows["as_of"].dt.month
    begin = pd.factorize(rows["agent_id"])[0]
    return rows[((month + begin) % every == 0).to_numpy()]


def _risk(model: Any, known: Known, later: pd.DataFrame) -> np.ndarray:
    parts = []
    for start in range(0, len(later), ROWS_AT_ONCE):
        X = later[known.names].iloc[start : start + ROWS_AT_ONCE].to_numpy()
        parts.append([1.0 - curve(known.horizon) for curve in model.predict_survival_function(X)])
    return np.concatenate(parts)


def _forest(known: Known, rows: pd.DataFrame) -> tuple[Any, pd.DataFrame, int]:
    """Give the forest at its defaults, the rows it can afford, and the whole of their follow-up."""
    from sksurv.ensemble import RandomSurvivalForest

    forest = RandomSurvivalForest(n_jobs=known.cores, random_state=0)
    return forest, thinned(rows), int(rows["months"].max())


def _cox(known: Known, rows: pd.DataFrame) -> tuple[Any, pd.DataFrame, int]:
    """Numbers scaled, limited and imputed with indicators, categories one-hot, coefficients penalised.

    Follow-up ends at the horizon: on Ola that is better for Cox than the whole of it.
    """
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
    from sksurv.linear_model import CoxPHSurvivalAnalysis

    numbers = [place for place, name in enumerate(known.names) if name not in known.categories]
    words = [place for place, name in enumerate(known.names) if name in known.categories]
    scale = make_pipeline(
        SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True),
        StandardScaler(),
        FunctionTransformer(np.clip, kw_args={"a_min": -FURTHEST, "a_max": FURTHEST}),
    )
    one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    columns = ColumnTransformer([("numbers", scale, numbers), ("words", one_hot, words)])
    return make_pipeline(columns, CoxPHSurvivalAnalysis(alpha=PENALTY)), rows, known.horizon


MAKERS = {"random_survival_forest": _forest, "cox": _cox}
