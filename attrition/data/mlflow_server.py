"""The centre's own MLflow, as `[mlflow]` in pipelines/sources.toml declares it; without it a file of the workspace."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import model_validator

from attrition import declared
from attrition.declared import Declaration
from attrition.message import Message

DATABRICKS = re.compile(r"databricks(://[^/\s]+)?")


class MlflowServer(Declaration):
    """The MLflow server of the centre; who may use it is read from the environment, as MLflow itself reads it."""

    tracking_uri: str
    """Its address, such as "https://mlflow.example.com", or "databricks" or "databricks://PROFILE"."""
    model: str | None = None
    """The registered model there, one for each workspace; "resignation" when left out. On Databricks with its catalogue
    and schema: "main.hr.resignation"."""
    experiment: str | None = None
    """The experiment whose runs the trainings are; the name of the model when left out. On Databricks a path:
    "/Shared/attrition"."""

    @model_validator(mode="after")
    def _is_a_server(self) -> MlflowServer:
        if DATABRICKS.fullmatch(self.tracking_uri):
            if self.model is None or self.model.count(".") != 2 or not (self.experiment or "").startswith("/"):
                raise ValueError(
                    Message(
                        'Databricks needs model = "CATALOGUE.SCHEMA.NAME" and experiment = "/PATH" beside tracking_uri'
                    )
                )
            return self
        address = urlsplit(self.tracking_uri)
        if address.scheme not in ("http", "https") or not address.hostname:
            raise ValueError(
                Message(
                    'tracking_uri names a server, as "https://mlflow.example.com" or "databricks"; without [mlflow] a '
                    "file of the workspace is used"
                )
            )
        if "@" in address.netloc:
            raise ValueError(
                Message(
                    "tracking_uri holds a name or a password; set MLFLOW_TRACKING_USERNAME and "
                    "MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, in the environment"
                )
            )
        return self

    @property
    def is_databricks(self) -> bool:
        """Whether it is Databricks, and not an open-source server."""
        return DATABRICKS.fullmatch(self.tracking_uri) is not None


class _Declared(Declaration):
    mlflow: MlflowServer


def read_mlflow_server(workspace: Path) -> MlflowServer | None:
    """Return the server that a workspace declares; None where its models are recorded in a file of the workspace.

    Raises
    ------
    DeclarationError
        The file is not TOML, or the table is not valid.
    """
    path = workspace / "pipelines" / "sources.toml"
    if not path.is_file() or b"mlflow" not in path.read_bytes():
        return None
    content = tomllib.loads(declared.read_text(path))
    return (
        None
        if "mlflow" not in content
        else declared.parse({"mlflow": content["mlflow"]}, _Declared, where=str(path)).mlflow
    )
