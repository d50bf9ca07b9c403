"""The registry of models: whether it can be read, and whether the version that scores loads and answers as it did."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from attrition.data.mlflow_server import read_mlflow_server
from attrition.data.phrase import Phrase
from attrition.message import Message, counted
from attrition.model import aliases
from attrition.model.registry_file import database_path
from attrition.steps.doctor.finding import Line, look, ok
from attrition.steps.model_in_use import load_model_in_use


def examine_registry(workspace: Path) -> Iterator[Line]:
    """Look at the registry, and load the model in use, which checks its files, its signature and its golden rows."""
    server = read_mlflow_server(workspace)
    if server is None and not database_path(workspace).is_file():
        yield look(Message("there is no model yet"), Message("attrition retrain"))
        return
    aliases.require_answer(workspace)
    versions = aliases.registered_versions(workspace)
    if server is not None:
        yield ok(Message("the MLflow server {server} answers", server=server.tracking_uri))
        if not versions:
            yield look(Message("there is no model yet"), Message("attrition retrain"))
            return
    else:
        yield ok(
            counted(
                "mlflow.db can be read; it holds {count} version", "mlflow.db can be read; it holds {count} versions",
                len(versions),
            )
        )  # fmt: skip
    model = load_model_in_use(workspace)
    yield ok(
        Message(
            "version {version} is in use: its files are those that were registered, and it answers its golden rows",
            version=model.version,
        )
    )
    if model.caveat.en:
        yield ok(Phrase(model.caveat.en, model.caveat.zh))
