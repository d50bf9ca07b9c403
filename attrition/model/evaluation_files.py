"""Read what a registered version was evaluated with and made from: the tables its retrain logged beside the model."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from attrition.declared import parse
from attrition.errors import AttritionError
from attrition.model.aliases import evaluation_folder, read_state, require_version
from attrition.model.registry_records import MODEL
from attrition.model.spec import Spec

METRICS = ("horizon_months", "model", "metric", "value", "low", "high", "rows", "events", "months")
GROUPS = ("level", "unit", "people", "events", "observed", "expected", "ratio", "low", "high", "auc", "verdict")
MONTHS = ("as_of", "horizon_months", "model", "rows", "events", "auc", "observed", "expected")


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The files of one version's training run.

    Attributes
    ----------
    registered_on : datetime
        When the version was registered, in UTC.
    spec : Spec
        The specification it was trained by.
    metrics, groups, months : DataFrame
        The figures of the test months; empty where history was too short to hold any out.
    made_from : mapping
        From `attrition.model.provenance.made_from`.
    sha256 : mapping of str to str
        Hash of each file that was read.
    """

    registered_on: datetime
    spec: Spec
    metrics: pd.DataFrame
    groups: pd.DataFrame
    months: pd.DataFrame
    made_from: Mapping[str, Any]
    sha256: Mapping[str, str]


def read_evaluation(workspace: Path, version: str, *, name: str = MODEL) -> Evaluation:
    """Read the tables that a version's retrain logged.

    Raises
    ------
    UserError
        The version is not registered.
    AttritionError
        Its files are gone.
    """
    registered = require_version(read_state(workspace, name=name), version, name)
    folder = evaluation_folder(workspace, version, name=name)
    names = (f"{name}.toml", "made_from.json", "metrics.csv", "groups.csv", "months.csv")
    present = [file for file in names if (folder / file).is_file()]
    if not {f"{name}.toml", "made_from.json"} <= set(present):
        raise AttritionError("the evaluation of version {version} is gone: {folder}", version=version, folder=folder)
    return Evaluation(
        registered_on=datetime.fromtimestamp(registered.registered_at / 1000, UTC),
        spec=parse(tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8")), Spec, where=f"{name}.toml"),
        metrics=_table(folder / "metrics.csv", METRICS),
        groups=_table(folder / "groups.csv", GROUPS),
        months=_table(folder / "months.csv", MONTHS),
        made_from=json.loads((folder / "made_from.json").read_text(encoding="utf-8")),
        sha256={file: hashlib.sha256((folder / file).read_bytes()).hexdigest() for file in present},
    )


def _table(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.read_csv(path) if path.is_file() else pd.DataFrame(columns=list(columns))
