"""The served model: an MLflow pyfunc, as code around the files of a fitted model; plain values in, risks out.

The folder of the fitted model is its artifact ``fitted``. The risks come from `FittedRisk.score`, as those of the table
``scores`` do.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mlflow.pyfunc
import pandas as pd

from attrition.model.aliases import ARTIFACT
from attrition.model.persistence import load_fitted
from attrition.predict.inputs import from_frame
from attrition.predict.predictions import predictions

if TYPE_CHECKING:
    from mlflow.models import ModelSignature

    from attrition.features.declare import Feature


class ServedRisk(mlflow.pyfunc.PythonModel):
    """Predicts risks per horizon, band, strongest drivers and the model's version for rows of features."""

    def load_context(self, context: Any) -> None:
        """Load the fitted model; the hashes of its files are checked."""
        folder = Path(context.artifacts[ARTIFACT])
        self.fitted = load_fitted(folder)
        self.version = registered_version(folder)

    def predict(self, context: Any, model_input: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:
        """Predict for each row, in order."""
        return predictions(self.fitted, from_frame(model_input, self.fitted.features), version=self.version)


def registered_version(folder: Path) -> str:
    """Read the registered version from the file that MLflow writes at the model's root when it downloads it.

    A model loaded from a plain folder has no such file: "unregistered".
    """
    for parent in folder.parents:
        meta = parent / "registered_model_meta"
        if meta.is_file():
            lines = dict(line.split(":", 1) for line in meta.read_text(encoding="utf-8").splitlines() if ":" in line)
            return lines.get("model_version", "").strip().strip("'\"") or "unregistered"
        if (parent / "MLmodel").is_file():
            break
    return "unregistered"


def signature(features: Sequence[Feature], horizons: Sequence[int]) -> ModelSignature:
    """Return the model's signature: inputs by name, and the doubles and strings that it returns.

    The inputs are optional and of any type. MLflow would check types before it calls the model, and its error repeats
    the rows; it would also reject a table in which a category is null throughout, since pandas types that column as
    numbers. So `attrition.predict.inputs` does all the validation, and the dictionary of features in the model's folder
    documents their types.
    """
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, DataType, Schema
    from mlflow.types.schema import AnyType

    inputs = [ColSpec(AnyType(), feature.name, required=False) for feature in features]
    risks = [ColSpec(DataType.double, f"risk_{horizon}m") for horizon in horizons]
    texts = [ColSpec(DataType.string, name) for name in ("band", "drivers", "model_version")]
    return ModelSignature(inputs=Schema(inputs), outputs=Schema([*risks, *texts]))
