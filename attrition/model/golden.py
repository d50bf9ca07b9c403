"""Golden rows: synthetic agent-months saved with their scores beside a model, to test that it still scores the same.

Their values are split thresholds of the model's own trees, each with at least as many agent-months on either side as a
leaf must hold, so a row is nobody's. Every feature has values below, on, between and above its thresholds, and missing.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from attrition.labels.outcomes import KEYS

if TYPE_CHECKING:
    from attrition.features.declare import Feature
    from attrition.model.risk import FittedRisk

GOLDEN = "golden.json"
ROWS = 32
SEED = 0
NO_GOLDEN_ROWS = ("the model was saved without golden rows", "模型保存时没有基准行")
SPLITS = re.compile(r"^split_feature=([^\n]*)\n.*?^threshold=([^\n]*)\n", flags=re.MULTILINE | re.DOTALL)


def golden_rows(fitted: FittedRisk) -> pd.DataFrame:
    """Return the golden rows of a model; the same model has the same rows, however it was loaded.

    Returns
    -------
    DataFrame
        agent_id (a number from 0), as_of (the month of the fit) and every feature; 32 rows.
    """
    generator = np.random.default_rng(SEED)
    thresholds = _thresholds(fitted)
    columns = {
        feature.name: _values(feature, thresholds.get(place, np.zeros(1)), fitted, generator)
        for place, feature in enumerate(fitted.features)
    }
    return pd.DataFrame({"agent_id": [f"{row}" for row in range(ROWS)], "as_of": fitted.at, **columns})


def golden_content(fitted: FittedRisk) -> dict[str, Any]:
    """Return the golden rows and their scores, as plain values that JSON keeps to the last bit."""
    rows = golden_rows(fitted)
    return {"rows": _plain(rows.drop(columns=KEYS)), "scores": _plain(fitted.score(rows).drop(columns=KEYS))}


def check_golden_rows(fitted: FittedRisk, folder: Path) -> tuple[bool, str, str]:
    """Score the golden rows in the folder of a saved model, and compare with the scores saved there.

    Parameters
    ----------
    fitted : FittedRisk
        As it was loaded from `folder`.
    folder : Path
        Holds ``golden.json``.

    Returns
    -------
    bool, str, str
        Whether every score is the same bit for bit, and the finding as a sentence, English and Chinese.
    """
    path = folder / GOLDEN
    if not path.is_file():
        return False, *NO_GOLDEN_ROWS
    saved = json.loads(path.read_text(encoding="utf-8"))
    rows = pd.DataFrame({name: _column(values) for name, values in saved["rows"].items()})
    if rows.empty:
        return False, *NO_GOLDEN_ROWS
    rows = rows.assign(agent_id=[f"{row}" for row in range(len(rows))], as_of=fitted.at)
    scores = _plain(fitted.score(rows).drop(columns=KEYS))
    if scores == saved["scores"]:
        return True, f"{len(rows)} rows, bit for bit", f"{len(rows)}行，逐位一致"
    english, chinese = _difference(scores, saved["scores"])
    return False, f"{len(rows)} rows; {english}", f"{len(rows)}行；{chinese}"


def _thresholds(fitted: FittedRisk) -> dict[int, np.ndarray]:
    """Return the thresholds at which trees split, by feature; whole leaves lie on either side of each."""
    collected: dict[int, set[float]] = {}
    for model in (fitted.resignations, fitted.other_exits):
        for booster in model.trees.boosters_ if model.trees is not None else ():
            for features, thresholds in SPLITS.findall(booster.model_to_string()):
                for feature, threshold in zip(features.split(), thresholds.split(), strict=True):
                    collected.setdefault(int(feature), set()).add(float(threshold))
    return {feature: np.array(sorted(thresholds)) for feature, thresholds in collected.items()}


def _values(
    feature: Feature, thresholds: np.ndarray, fitted: FittedRisk, generator: np.random.Generator
) -> np.ndarray | list[str | None]:
    if feature.is_category:
        categories = (*fitted.encoding.categories[feature.name], None)
        return [categories[place] for place in generator.integers(len(categories), size=ROWS)]
    between = (thresholds[:-1] + thresholds[1:]) / 2
    chosen = np.concatenate([[thresholds[0] - 1.0], thresholds, between, [thresholds[-1] + 1.0]])
    drawn = chosen[generator.integers(len(chosen), size=ROWS)]
    return np.where(generator.random(ROWS) < 0.1, np.nan, drawn)


def _plain(frame: pd.DataFrame) -> dict[str, list[Any]]:
    return {str(name): [None if pd.isna(value) else value for value in frame[name].tolist()] for name in frame}


def _column(values: list[Any]) -> pd.Series:
    is_text = any(isinstance(value, str) for value in values)
    return pd.Series(values, dtype="object" if is_text else "float64")


def _difference(ours: dict[str, list[Any]], saved: dict[str, list[Any]]) -> tuple[str, str]:
    """Return in both languages how far the risks moved."""
    now, then = (pd.Series(scores.get("risk", []), dtype="float64") for scores in (ours, saved))
    if len(now) != len(then):
        return "the model has other horizons", "模型给出的期限不同"
    most = f"{(now - then).abs().max():.2g}"
    english = f"a risk moved by up to {most}; the rest of a score may have moved too"
    return english, f"风险最多变动{most}；评分的其他部分也可能有变"
