"""The served model: an MLflow pyfunc that loads a fitted model and predicts from plain values.

The folder of the fitted model is its artifact ``fitted``. Risks, bands and abstentions equal those of the table
``scores``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mlflow.pyfunc
import pandas as pd

from attrition.model.loading import load_fitted
from attrition.model.registry_records import ARTIFACT
from attrition.predict.inputs import CIRCUMSTANCES, MONTH, from_frame
from attrition.predict.predictions import predictions

if TYPE_CHECKING:
    from mlflow.models import ModelSignature

    from attrition.features.declare import Feature


class ServedRisk(mlflow.pyfunc.PythonModel):
    """Predicts with `attrition.predict.predictions.predictions` for rows of features."""

    def load_context(self, context: Any) -> None:
        """Load the fitted model, checking the hashes of its files."""
        folder = Path(context.artifacts[ARTIFACT])
        self.fitted = load_fitted(folder)
        self.version = registered_version(folder)

    def predict(self, context: Any, model_input: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:
        """Return the predictions for each row, in order; invalid rows raise `attrition.predict.inputs.InvalidInput`."""
        inputs = from_frame(model_input, self.fitted.encoding)
        return pd.DataFrame(predictions(self.fitted, inputs, version=self.version))


def registered_version(folder: Path) -> str:
    """Return the version of a model in the registry, or "unregistered".

    It is read from the file that MLflow writes at the model's root when it downloads a registered model; a model loaded
    from a plain folder has no such file.
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

    The inputs are declared optional and of any type, and `attrition.predict.inputs` validates them instead. If types
    were declared, MLflow would check them before it calls the model; its error messages repeat the rows, and it would
    reject a table in which all values of a category are null, since pandas types that column as numbers. The
    dictionary of features in the model's folder documents the types.
    """
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, DataType, Schema
    from mlflow.types.schema import AnyType

    names = [*(feature.name for feature in features), *CIRCUMSTANCES, MONTH]
    inputs = [ColSpec(AnyType(), name, required=False) for name in names]
    risks = [ColSpec(DataType.double, f"risk_{horizon}m") for horizon in horizons]
    texts = [ColSpec(DataType.string, name) for name in ("band", "drivers", "model_version")]
    abstention = [ColSpec(DataType.boolean, "abstained"), ColSpec(DataType.string, "abstain_reason")]
    return ModelSignature(inputs=Schema(inputs), outputs=Schema([*risks, *texts, *abstention]))
