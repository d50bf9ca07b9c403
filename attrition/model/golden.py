"""Golden rows: made-up agent-months, saved with a model and their answers, to check that it still answers the same.

Their values are taken from the thresholds of the model (splits of its trees, ends of its bands or ramps): below, on,
between and above them, and missing. Many agent-months lie on either side of each, so no row describes a real agent.
Further rows are such that the model abstains, one for each reason.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from attrition.labels.outcomes import KEYS, month_end
from attrition.model.abstention import CODES, GONE, MINIMUM_AGENTS, NEW_SITE, abstain_reasons
from attrition.model.estimator_files import estimator_thresholds
from attrition.model.newcomers import TENURE

if TYPE_CHECKING:
    from attrition.features.declare import Feature
    from attrition.model.risk import FittedRisk

GOLDEN = "golden.json"
ROWS = 32
SEED = 0
FLAGS = ("is_new_site", "is_gone")
MONTH_BEFORE = "is_month_before"
"""Which golden rows are of the month before that of the fit."""
ABSTENTIONS = "abstentions"
"""The answers' key for why the model abstains, by row (`attrition.model.abstention.CODES`)."""
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


def abstention_rows(fitted: FittedRisk) -> pd.DataFrame:
    """Return rows from which the model abstains, one for each reason, and a month in which a source has stopped.

    Returns
    -------
    DataFrame
        As `golden_rows`, with ``is_new_site`` and ``is_gone``; a model without trees has no source that can stop.
    """
    names = [feature.name for feature in fitted.features]
    known_tenure = {TENURE: 365.0} if TENURE in names else {}
    usual, blank = golden_rows(fitted).head(1).assign(**known_tenure), dict.fromkeys(names)
    rows = [
        usual.assign(is_new_site=True),
        usual.assign(is_gone=True),
        usual.assign(**dict.fromkeys(known_tenure, 0.0)),
        usual.assign(**blank),
        *[usual.assign(**blank, as_of=month_end(usual["as_of"], plus=-1))] * MINIMUM_AGENTS,
    ]
    table = pd.concat([row.astype(object) for row in rows], ignore_index=True)
    numbers = [feature.name for feature in fitted.features if not feature.is_category]
    table = table.astype(dict.fromkeys(numbers, "float64")).astype({"as_of": usual["as_of"].dtype})
    flags = {flag: table[flag].eq(True).to_numpy() for flag in FLAGS}
    return table.assign(agent_id=[f"{ROWS + row}" for row in range(len(table))], **flags)


def golden_content(fitted: FittedRisk) -> dict[str, Any]:
    """Return the golden rows ("rows") and the answers to them ("scores"), by column as JSON stores them exactly."""
    usual = golden_rows(fitted).copy().assign(is_new_site=False, is_gone=False)
    rows = pd.concat([usual, abstention_rows(fitted)], ignore_index=True)
    is_before = {MONTH_BEFORE: (rows["as_of"] < fitted.fitted_at).tolist()}
    return {"rows": _as_lists(rows.drop(columns=KEYS)) | is_before, "scores": _answers(fitted, rows)}


def check_golden_rows(fitted: FittedRisk, folder: Path) -> tuple[bool, str, str]:
    """Compare the answers to the saved golden rows with the answers that were saved with them.

    Parameters
    ----------
    fitted : FittedRisk
        The model as it was loaded from `folder`.
    folder : Path
        The folder of the saved model, which holds ``golden.json``.

    Returns
    -------
    bool, str, str
        Whether every risk is the same bit for bit, and every band and abstention the same (False without golden rows),
        and the finding in English and Chinese. Abstentions are not asked of a model that was saved without them.
    """
    path = folder / GOLDEN
    if not path.is_file():
        return False, *NO_GOLDEN_ROWS
    saved = json.loads(path.read_text(encoding="utf-8"))
    rows = _saved_rows(saved["rows"], fitted)
    if rows.empty:
        return False, *NO_GOLDEN_ROWS
    answers = _answers(fitted, rows)
    if saved["scores"] in (answers, {name: values for name, values in answers.items() if name != ABSTENTIONS}):
        return True, f"{len(rows)} rows, bit for bit", f"{len(rows)}行，逐位一致"
    english, chinese = _difference(answers, saved["scores"])
    return False, f"{len(rows)} rows; {english}", f"{len(rows)}行；{chinese}"


def _saved_rows(saved: dict[str, list[Any]], fitted: FittedRisk) -> pd.DataFrame:
    """Return the saved golden rows with keys and flags; those of an earlier version have neither flags nor months."""
    rows = pd.DataFrame({name: _column(values) for name, values in saved.items() if name not in (*FLAGS, MONTH_BEFORE)})
    none = [False] * len(rows)
    months = pd.Series([fitted.fitted_at] * len(rows), dtype="datetime64[us]")
    is_before = np.array(saved.get(MONTH_BEFORE, none), dtype=bool)
    return rows.assign(
        agent_id=[f"{row}" for row in range(len(rows))],
        as_of=months.mask(is_before, month_end(months, plus=-1)),
        **{flag: saved.get(flag, none) for flag in FLAGS},
    )


def _answers(fitted: FittedRisk, rows: pd.DataFrame) -> dict[str, list[Any]]:
    """Return the scores of rows with the band of every risk, and why the model abstains from which row."""
    scores = fitted.score(rows).drop(columns=KEYS)
    pairs = zip(scores["risk"], scores["horizon_months"], strict=True)
    bands = [fitted.band(risk, horizon=int(horizon)) for risk, horizon in pairs]
    flags = rows.set_index(KEYS)
    reasons = abstain_reasons(fitted, rows, rows, {NEW_SITE: flags["is_new_site"], GONE: flags["is_gone"]})
    codes = [None if pd.isna(reason) else CODES[reason] for reason in reasons["abstain_reason"]]
    return _as_lists(scores) | {"band": list(bands), ABSTENTIONS: codes}


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


def _difference(answers: dict[str, list[Any]], saved: dict[str, list[Any]]) -> tuple[str, str]:
    """Return a sentence, English and Chinese, with the largest change of a risk."""
    risk, saved_risk = (pd.Series(table.get("risk", []), dtype="float64") for table in (answers, saved))
    if len(risk) != len(saved_risk):
        return "the model has other horizons", "模型给出的期限不同"
    if risk.equals(saved_risk):
        return "a band, an interval or an abstention is another", "等级、区间或不评级的判断有变"
    largest = f"{(risk - saved_risk).abs().max():.2g}"
    english = f"a risk moved by up to {largest}; the rest of an answer may have moved too"
    return english, f"风险最多变动{largest}；评分的其他部分也可能有变"
