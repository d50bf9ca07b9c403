"""Golden rows: made-up agent-months, saved with a model and their scores, to check that it still scores the same.

Their values are taken from the thresholds of the model (splits of its trees, ends of its bands or ramps): below, on,
between and above them, and missing. Many agent-months lie on either side of each, so no row describes a real agent.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from attrition.labels.outcomes import KEYS
from attrition.model.estimator_files import estimator_thresholds

if TYPE_CHECKING:
    from attrition.features.declare import Feature
    from attrition.model.risk import FittedRisk

GOLDEN = "golden.json"
ROWS = 32
SEED = 0
NO_GOLDEN_ROWS = ("the model was saved without golden rows", "模型保存时没有基准行")


def golden_rows(fitted: FittedRisk) -> pd.DataFrame:
    """Return the golden rows of a model; a saved and loaded model has the same rows.

    Returns
    -------
    DataFrame
        agent_id ("0" to "31"), as_of (the month-end of the fit) and every feature; 32 rows.
    """
    generator = np.random.default_rng(SEED)
    thresholds = _thresholds(fitted)
    columns = {
        feature.name: _draw_values(feature, thresholds.get(column, np.zeros(1)), fitted, generator)
        for column, feature in enumerate(fitted.features)
    }
    return pd.DataFrame({"agent_id": [f"{row}" for row in range(ROWS)], "as_of": fitted.fitted_at, **columns})


def golden_content(fitted: FittedRisk) -> dict[str, Any]:
    """Return the golden rows ("rows") and their scores with bands ("scores"), by column as JSON stores them exactly."""
    rows = golden_rows(fitted)
    return {"rows": _as_lists(rows.drop(columns=KEYS)), "scores": _scores(fitted, rows)}


def check_golden_rows(fitted: FittedRisk, folder: Path) -> tuple[bool, str, str]:
    """Compare the scores of the saved golden rows with the scores that were saved with them.

    Parameters
    ----------
    fitted : FittedRisk
        The model as it was loaded from `folder`.
    folder : Path
        The folder of the saved model, which holds ``golden.json``.

    Returns
    -------
    bool, str, str
        Whether every score is the same bit for bit (False without golden rows), and the finding in English and Chinese.
    """
    path = folder / GOLDEN
    if not path.is_file():
        return False, *NO_GOLDEN_ROWS
    saved = json.loads(path.read_text(encoding="utf-8"))
    rows = pd.DataFrame({name: _column(values) for name, values in saved["rows"].items()})
    if rows.empty:
        return False, *NO_GOLDEN_ROWS
    rows = rows.assign(agent_id=[f"{row}" for row in range(len(rows))], as_of=fitted.fitted_at)
    scores = _scores(fitted, rows)
    if scores == saved["scores"]:
        return True, f"{len(rows)} rows, bit for bit", f"{len(rows)}行，逐位一致"
    english, chinese = _difference(scores, saved["scores"])
    return False, f"{len(rows)} rows; {english}", f"{len(rows)}行；{chinese}"


def _scores(fitted: FittedRisk, rows: pd.DataFrame) -> dict[str, list[Any]]:
    """Return the scores of rows with the band of every risk, without the keys."""
    scores = fitted.score(rows).drop(columns=KEYS)
    pairs = zip(scores["risk"], scores["horizon_months"], strict=True)
    bands = [fitted.band(risk, horizon=int(horizon)) for risk, horizon in pairs]
    return _as_lists(scores) | {"band": list(bands)}


def _thresholds(fitted: FittedRisk) -> dict[int, np.ndarray]:
    """Return the sorted thresholds of both estimators by column; columns without any are absent."""
    collected: dict[int, set[float]] = {}
    for model in (fitted.resignations, fitted.other_exits):
        for column, threshold in estimator_thresholds(model.trees):
            collected.setdefault(column, set()).add(threshold)
    return {feature: np.array(sorted(thresholds)) for feature, thresholds in collected.items()}


def _draw_values(
    feature: Feature, thresholds: np.ndarray, fitted: FittedRisk, generator: np.random.Generator
) -> np.ndarray | list[str | None]:
    """Return 32 random values: categories or None, or numbers around the thresholds, about a tenth of them NaN."""
    if feature.is_category:
        categories = (*fitted.encoding.categories[feature.name], None)
        return [categories[position] for position in generator.integers(len(categories), size=ROWS)]
    between = (thresholds[:-1] + thresholds[1:]) / 2
    candidates = np.concatenate([[thresholds[0] - 1.0], thresholds, between, [thresholds[-1] + 1.0]])
    values = candidates[generator.integers(len(candidates), size=ROWS)]
    return np.where(generator.random(ROWS) < 0.1, np.nan, values)


def _as_lists(frame: pd.DataFrame) -> dict[str, list[Any]]:
    """Return the columns of a table as lists, with None for nulls."""
    return {str(name): [None if pd.isna(value) else value for value in frame[name].tolist()] for name in frame}


def _column(values: list[Any]) -> pd.Series:
    """Return a saved column as a Series of objects if it holds a text, else of floats."""
    is_text = any(isinstance(value, str) for value in values)
    return pd.Series(values, dtype="object" if is_text else "float64")


def _difference(scores: dict[str, list[Any]], saved: dict[str, list[Any]]) -> tuple[str, str]:
    """Return a sentence, English and Chinese, with the largest change of a risk."""
    risk, saved_risk = (pd.Series(table.get("risk", []), dtype="float64") for table in (scores, saved))
    if len(risk) != len(saved_risk):
        return "the model has other horizons", "模型给出的期限不同"
    largest = f"{(risk - saved_risk).abs().max():.2g}"
    english = f"a risk moved by up to {largest}; the rest of a score may have moved too"
    return english, f"风险最多变动{largest}；评分的其他部分也可能有变"
