"""The served model: an MLflow pyfunc as code around a fitted model's text files; plain values in, risks out.

MLflow runs this file when it loads the model (models from code); the folder of the fitted model is its artifact
``fitted``. The same function that makes the table ``scores`` makes the risks here.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mlflow.models
import mlflow.pyfunc
import pandas as pd

from attrition.model.persistence import load_fitted
from attrition.predict.inputs import from_frame
from attrition.predict.predictions import predictions

if TYPE_CHECKING:
    from mlflow.models import ModelSignature

    from attrition.features.declare import Feature

ARTIFACT = "fitted"


class ServedRisk(mlflow.pyfunc.PythonModel):
    """Answers rows of features with risks per horizon, band, top drivers and the model's version."""

    def load_context(self, context: Any) -> None:
        """Load the fitted model, whose files are held against their hashes."""
        folder = Path(context.artifacts[ARTIFACT])
        self.fitted = load_fitted(folder)
        self.version = registered_version(folder)

    def predict(self, context: Any, model_input: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:
        """Answer each row, in order."""
        return predictions(self.fitted, from_frame(model_input, self.fitted.features), version=self.version)


def registered_version(folder: Path) -> str:
    """Read the registry's version from the note MLflow leaves at the model's root when it is loaded from there.

    A model that is loaded from a plain folder has none: "unregistered".
    """
    for parent in folder.parents:
        note = parent / "registered_model_meta"
        if note.is_file():
            lines = dict(line.split(":", 1) for line in note.read_text(encoding="utf-8").splitlines() if ":" in line)
            return lines.get("model_version", "").strip().strip("'\"") or "unregistered"
        if (parent / "MLmodel").is_file():
            break
    return "unregistered"


def signature(features: Sequence[Feature], horizons: Sequence[int]) -> ModelSignature:
    """Describe what goes in, by name, and the doubles and strings that come out.

    The inputs are left untyped, all optional. MLflow would check types before the model is asked, and its refusal
    repeats every row it was given; it also refuses a table in which nobody has some category, as pandas takes nothing
    but nulls for numbers. So `attrition.predict.inputs` does all the checking, and the
    dictionary of features in the model's folder says what each of them is.
    """
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, DataType, Schema
    from mlflow.types.schema import AnyType

    inputs = [ColSpec(AnyType(), feature.name, required=False) for feature in features]
    risks = [ColSpec(DataType.double, f"risk_{horizon}m") for horizon in horizons]
    texts = [ColSpec(DataType.string, name) for name in ("band", "drivers", "model_version")]
    return ModelSignature(inputs=Schema(inputs), outputs=Schema([*risks, *texts]))


mlflow.models.set_model(ServedRisk())
