"""Saves a fitted model as a folder, and reads it back: boosters as text, JSON files, golden rows, and hashes.

Nothing is checked here: LightGBM may crash, hang or return wrong scores on a damaged file, so whatever scores loads a
model through `attrition.model.loading`. There is no pickle, so reading a model runs no code from its files. The
boosters are saved without the smallest and largest values of the features, which are values of individual agents.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from attrition.declared import parse
from attrition.errors import UserError
from attrition.features.declare import Feature
from attrition.model.calibration import Calibrator
from attrition.model.encode import Encoding
from attrition.model.estimator_files import read_estimator, write_estimator
from attrition.model.exits import ExitModel
from attrition.model.file_hashes import HASHES, hash_files
from attrition.model.golden import GOLDEN, golden_content
from attrition.model.risk import FittedRisk
from attrition.model.spec import Spec
from attrition.model.training_sample import read_sample
from attrition.model.true_risk import RiskErrors

DESCRIPTION = "model.json"
FORMAT = 6
"""Format number in model.json. Raise it with every change of its keys; the fields of `Feature` are keys too."""


class UnknownFormat(UserError):
    """A saved model has a format number that this version of attrition does not read."""


def save_fitted(fitted: FittedRisk, folder: Path) -> None:
    """Write a fitted model into a folder, which is created if needed and must be empty."""
    folder.mkdir(parents=True, exist_ok=True)
    description = {
        "format": FORMAT,
        "at": f"{fitted.fitted_at:%Y-%m-%d}",
        "spec": fitted.spec.model_dump(mode="json"),
        "features": [asdict(feature) for feature in fitted.features],
        "categories": {name: list(values) for name, values in fitted.encoding.categories.items()},
        "resignations": _write_exit_model(fitted.resignations, folder, "resignations"),
        "other_exits": _write_exit_model(fitted.other_exits, folder, "other_exits"),
        "bands": {str(horizon): bounds for horizon, bounds in fitted.bands.items()},
        "notes": list(fitted.notes),
        "orders_people": fitted.orders_people,
        "errors": asdict(fitted.errors),
        "indistinct_families": list(fitted.indistinct_families),
        "training_sites": None if fitted.training_sites is None else list(fitted.training_sites),
        "mode": fitted.mode,
        "sample": None if fitted.sample is None else asdict(fitted.sample),
    }
    _write_json(folder / DESCRIPTION, description)
    _write_json(folder / GOLDEN, golden_content(fitted))
    hashes = {name: file.sha256 for name, file in hash_files(folder).items()}
    _write_json(folder / HASHES, hashes)


def read_fitted(folder: Path) -> FittedRisk:
    """Return the model that `save_fitted` wrote into a folder, of which nothing is checked but its format.

    Raises
    ------
    UnknownFormat
        An earlier or a later version of attrition saved it.
    """
    description = read_description(folder)
    features = tuple(Feature(**feature) for feature in description["features"])
    categories = {name: tuple(values) for name, values in description["categories"].items()}
    return FittedRisk(
        spec=parse(description["spec"], Spec, where=str(folder / DESCRIPTION)),
        fitted_at=pd.Timestamp(description["at"]),
        encoding=Encoding(features, categories),
        resignations=_read_exit_model(description["resignations"], folder, len(features)),
        other_exits=_read_exit_model(description["other_exits"], folder, len(features)),
        bands={int(horizon): bounds for horizon, bounds in description["bands"].items()},
        notes=tuple(description["notes"]),
        orders_people=description["orders_people"],
        errors=RiskErrors(**description["errors"]),
        indistinct_families=tuple(description["indistinct_families"]),
        training_sites=_optional_tuple(description.get("training_sites")),
        mode=description.get("mode", "individual"),  # before there were modes, models had none
        sample=read_sample(description.get("sample")),  # before there were samples, models had none
    )


def read_description(folder: Path) -> dict[str, Any]:
    """Return the content of model.json, after checking its format number.

    Raises
    ------
    UnknownFormat
        An earlier or a later version of attrition saved it.
    """
    description = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
    number = description.get("format")
    if number != FORMAT:
        raise UnknownFormat(
            "the model in {folder} has format {number}, and this attrition reads format {format}; "
            "`attrition retrain` makes a new one",
            folder=folder,
            number=number,
            format=FORMAT,
        )
    return description


def _write_exit_model(model: ExitModel, folder: Path, name: str) -> dict[str, Any]:
    """Write the boosters as text files, and return everything else for model.json."""
    return {
        "estimator": write_estimator(model.trees, folder, name),
        "calibrators": {str(horizon): asdict(calibrator) for horizon, calibrator in model.calibrators.items()},
        "rows": model.rows,
        "events": model.events,
        "months": list(model.months),
        "mean_member_variance": model.mean_member_variance,
    }


def _read_exit_model(saved: dict[str, Any], folder: Path, columns: int) -> ExitModel:
    return ExitModel(
        trees=read_estimator(saved["estimator"], folder, columns),
        calibrators={int(horizon): _calibrator(values) for horizon, values in saved["calibrators"].items()},
        rows=saved["rows"],
        events=saved["events"],
        months=tuple(saved["months"]),
        mean_member_variance=saved["mean_member_variance"],
    )


def _optional_tuple(saved: list[str] | None) -> tuple[str, ...] | None:
    return None if saved is None else tuple(saved)


def _calibrator(saved: dict[str, Any]) -> Calibrator:
    return Calibrator(**{**saved, "covariance": tuple(saved["covariance"]), "months": tuple(saved["months"])})


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
