"""A fitted model on disk: text boosters without anybody's values, JSON and golden rows beside them, hashes of all.

LightGBM's reader crashes, hangs or returns wrong scores on a damaged file, so hashes are checked before it reads one.
There is no pickle, and nothing in the folder can run code.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
import pandas as pd

from attrition.declared import parse
from attrition.errors import AttritionError, UserError
from attrition.features.declare import Feature
from attrition.model.boosting import MonotoneBoosting
from attrition.model.calibration import Calibrator
from attrition.model.encode import Encoding
from attrition.model.exits import ExitModel
from attrition.model.golden import GOLDEN, golden_content
from attrition.model.risk import FittedRisk
from attrition.model.spec import Spec

DESCRIPTION = "model.json"
HASHES = "sha256.json"
FORMAT = 3
"""Number of the saved form; it rises with every change of a key in model.json, the fields of `Feature` among them."""


class UnknownFormat(UserError):
    """A saved model has another format than this attrition reads; nothing of it was used."""


def save_fitted(fitted: FittedRisk, folder: Path) -> None:
    """Write a fitted model into a folder that is empty or not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    description = {
        "format": FORMAT,
        "at": f"{fitted.at:%Y-%m-%d}",
        "spec": fitted.spec.model_dump(mode="json"),
        "features": [asdict(feature) for feature in fitted.features],
        "categories": {name: list(values) for name, values in fitted.encoding.categories.items()},
        "resignations": _write(fitted.resignations, folder, "resignations"),
        "other_exits": _write(fitted.other_exits, folder, "other_exits"),
        "bands": {str(h): bounds for h, bounds in fitted.bands.items()},
        "notes": list(fitted.notes),
    }
    _write_json(folder / DESCRIPTION, description)
    _write_json(folder / GOLDEN, golden_content(fitted))
    _write_json(folder / HASHES, {path.name: _hash(path) for path in _files(folder)})


def load_fitted(folder: Path) -> FittedRisk:
    """Read what `save_fitted` wrote.

    Raises
    ------
    AttritionError
        A file is missing, was added or was changed since it was saved.
    UnknownFormat
        An earlier or a later attrition saved it.
    """
    check_hashes(folder)
    description = read_description(folder)
    features = tuple(Feature(**feature) for feature in description["features"])
    categories = {name: tuple(values) for name, values in description["categories"].items()}
    return FittedRisk(
        spec=parse(description["spec"], Spec, where=str(folder / DESCRIPTION)),
        at=pd.Timestamp(description["at"]),
        encoding=Encoding(features, categories),
        resignations=_read(description["resignations"], folder, len(features)),
        other_exits=_read(description["other_exits"], folder, len(features)),
        bands={int(h): bounds for h, bounds in description["bands"].items()},
        notes=tuple(description["notes"]),
    )


def read_description(folder: Path) -> dict[str, Any]:
    """Read model.json; its format number is compared before any other key is read.

    Raises
    ------
    UnknownFormat
        An earlier or a later attrition saved it.
    """
    description = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
    number = description.get("format")
    if number != FORMAT:
        raise UnknownFormat(
            f"the model in {folder} has format {number}, and this attrition reads format {FORMAT}; "
            "`attrition retrain` makes a new one"
        )
    return description


def check_hashes(folder: Path) -> None:
    """Refuse a folder in which a file is missing, was added, or was changed."""
    try:
        expected = json.loads((folder / HASHES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise AttritionError(f"{folder} is not a saved model: {HASHES} is missing or damaged") from None
    actual = {path.name: _hash(path) for path in _files(folder)}
    wrong = sorted(name for name in expected.keys() | actual.keys() if expected.get(name) != actual.get(name))
    if wrong:
        raise AttritionError(f"{folder}: {', '.join(wrong)} changed since the model was saved; it is not loaded")


def without_values(text: str) -> str:
    r"""Blank the smallest and largest value of each feature, which are some agent's own.

    Examples
    --------
    >>> without_values("max_feature_idx=1\nfeature_infos=[3.5:9120] none\ntree_sizes=10")
    'max_feature_idx=1\nfeature_infos=none none\ntree_sizes=10'
    """
    line = re.search(r"^feature_infos=(.*)$", text, flags=re.MULTILINE)
    if line is None:
        return text
    blank = "feature_infos=" + " ".join(["none"] * len(line.group(1).split()))
    return text[: line.start()] + blank + text[line.end() :]


def _write(model: ExitModel, folder: Path, name: str) -> dict[str, Any]:
    files = []
    for place, booster in enumerate([] if model.trees is None else model.trees.boosters_):
        files.append(f"{name}_{place}.txt")
        (folder / files[-1]).write_bytes(without_values(booster.model_to_string()).encode())
    return {
        "files": files,
        "parameters": None if model.trees is None else model.trees.get_params(),
        "base_log_odds": None if model.trees is None else model.trees.base_log_odds_.tolist(),
        "calibrators": {str(horizon): asdict(one) for horizon, one in model.calibrators.items()},
        "rows": model.rows,
        "events": model.events,
        "months": list(model.months),
        "mean_member_variance": model.mean_member_variance,
    }


def _read(saved: dict[str, Any], folder: Path, columns: int) -> ExitModel:
    return ExitModel(
        trees=_trees(saved, folder, columns) if saved["files"] else None,
        calibrators={int(horizon): _calibrator(one) for horizon, one in saved["calibrators"].items()},
        rows=saved["rows"],
        events=saved["events"],
        months=tuple(saved["months"]),
        mean_member_variance=saved["mean_member_variance"],
    )


def _calibrator(saved: dict[str, Any]) -> Calibrator:
    return Calibrator(**{**saved, "covariance": tuple(saved["covariance"]), "months": tuple(saved["months"])})


def _trees(saved: dict[str, Any], folder: Path, columns: int) -> MonotoneBoosting:
    trees = MonotoneBoosting(**saved["parameters"])
    trees.boosters_ = [lgb.Booster(model_str=(folder / file).read_bytes().decode()) for file in saved["files"]]
    trees.base_log_odds_ = np.array(saved["base_log_odds"])
    trees.classes_ = np.array([0.0, 1.0])
    trees.n_features_in_ = columns
    return trees


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name != HASHES)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
