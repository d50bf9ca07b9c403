"""Logs training runs to MLflow and registers their models: on the centre's server, or in a file of the workspace.

`attrition.model.aliases` says which registered version scores. Without a server MLflow's backend is a SQLite file in
the workspace (``mlflow.db``), with the artifacts beside it (``mlartifacts/``).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition.data.atomic import atomic_folder
from attrition.errors import AttritionError
from attrition.model.aliases import read_state, write_entries
from attrition.model.check import all_passed
from attrition.model.file_hashes import as_text, hash_files
from attrition.model.mlflow_link import Link, connected, has_model
from attrition.model.mlflow_pages import (
    MODEL_NOTE,
    datasets_of,
    in_brief,
    metrics_of,
    parameters_of,
    run_note,
    tags_of,
)
from attrition.model.persistence import save_fitted
from attrition.model.provenance import PACKAGES, version_of
from attrition.model.registry_copy import (
    amend_answer,
    download,
    evaluation_copy,
    model_copy,
    remove_unused_copies,
    workspace_id,
)
from attrition.model.registry_file import ARTIFACTS, path_in_workspace
from attrition.model.registry_outbox import EVALUATION_FOLDER, Described, Tagged
from attrition.model.registry_records import ARTIFACT, FAILED_TAG, FILES_TAG, MODEL, OWNER_TAG, PASSED_TAG
from attrition.model.run_artifacts import TrainingRun, write_run_artifacts

if TYPE_CHECKING:
    from mlflow.models import ModelSignature

    from attrition.model.check import Check


def log_run(workspace: Path, run: TrainingRun, *, served: Path, signature: ModelSignature) -> str:
    """Log a retrain as one MLflow run, register its model, and return the version; no alias changes.

    Parameters
    ----------
    workspace : Path
        The folder whose registry it is; ``mlflow.db`` and ``mlartifacts/`` are created if needed.
    run : TrainingRun
        The model, its evaluation and its provenance.
    served : Path
        The Python file that MLflow runs to serve the model (MLflow's "models from code").
    signature : ModelSignature
        Names and types of the inputs and outputs of the served model.

    Returns
    -------
    str
        The number of the registered version.

    Raises
    ------
    ServerUnavailable
        The server does not answer any more; no version was registered.
    """
    name = run.fitted.spec.name
    with connected(workspace, is_patient=True) as link, tempfile.TemporaryDirectory() as scratch:
        require_model(workspace, link, name)
        end_killed_runs(workspace, link, name)
        folder, evaluation = Path(scratch) / ARTIFACT, Path(scratch) / EVALUATION_FOLDER
        save_fitted(run.fitted, folder)
        write_run_artifacts(evaluation, run)
        with link.mlflow.start_run(
            experiment_id=experiment_id(workspace, link, name),
            run_name=f"{name} {run.fitted.fitted_at:%Y-%m-%d}",
            tags={OWNER_TAG: workspace_id(workspace), **tags_of(run)},
            description=run_note(run.fitted),
        ) as logged_run:
            logged = _log(link, run, evaluation, folder, served=served, signature=signature)
        root = _files_of(workspace, link, logged, folder, Path(scratch) / "downloaded")
        tags = tags_of(run) | {FILES_TAG: as_text(hash_files(root))}
        version = link.client.create_model_version(
            link.registered(name), logged.model_uri, logged_run.info.run_id, tags=tags, model_id=logged.model_id
        )
        if link.server is not None:
            _keep_copies(workspace, str(version.version), root, evaluation, name)
        return str(version.version)


def log_checks(workspace: Path, version: str, checks: Sequence[Check], *, artifacts: Path, name: str = MODEL) -> None:
    """Tag a version and its run with the results of the promotion criteria, and add its card to both.

    Parameters
    ----------
    artifacts : Path
        A folder in the workspace with the card's files.
    """
    failed = [check.name for check in checks if not check.passed]
    tags = {PASSED_TAG: str(all_passed(list(checks))).lower(), FAILED_TAG: "; ".join(failed)}
    card = artifacts / "card.md"
    text = in_brief(card.read_text(encoding="utf-8")) if card.is_file() else ""
    described = Described(version, artifacts.resolve().relative_to(workspace.resolve()).as_posix(), text)
    write_entries(workspace, [described, Tagged(version, tags, on_run=True)], name=name)


def _log(
    link: Link, run: TrainingRun, evaluation: Path, folder: Path, *, served: Path, signature: ModelSignature
) -> Any:
    """Log parameters, inputs, figures and files of a run, and its model; return what MLflow knows of the model."""
    headline, grouped = metrics_of(run)
    panel, files = datasets_of(run.made_from)
    link.mlflow.log_params(parameters_of(run.fitted))
    link.mlflow.log_inputs([panel, *files], ["training", *["source"] * len(files)], [None] * (1 + len(files)))
    link.mlflow.log_artifacts(str(evaluation), EVALUATION_FOLDER)
    logged = link.mlflow.pyfunc.log_model(
        name=run.fitted.spec.name,
        python_model=str(served),
        artifacts={ARTIFACT: str(folder)},
        signature=signature,
        pip_requirements=[f"{package}=={version_of(package)}" for package in PACKAGES],
    )
    link.mlflow.log_metrics(headline, model_id=logged.model_id, dataset=panel)  # first, since pages keep the order
    link.mlflow.log_metrics(grouped)
    return logged


def experiment_id(workspace: Path, link: Link, name: str) -> str:
    """Return the id of the experiment, which is created if needed; a server knows by itself where artifacts lie."""
    experiment = link.client.get_experiment_by_name(link.experiment(name))
    if experiment is not None:
        return str(experiment.experiment_id)
    location = (workspace / ARTIFACTS).resolve().as_uri() if link.server is None else None
    return str(link.client.create_experiment(link.experiment(name), artifact_location=location))


def require_model(workspace: Path, link: Link, name: str) -> None:
    """Make the registered model where there is none, marked as this workspace's own."""
    registered, own = link.registered(name), {OWNER_TAG: workspace_id(workspace)}
    if not has_model(link, registered):
        link.client.create_registered_model(registered, tags=own, description=MODEL_NOTE)
        return
    for key, value in own.items():
        link.client.set_registered_model_tag(registered, key, value)


def end_killed_runs(workspace: Path, link: Link, name: str) -> None:
    """Mark the runs as killed that a training of this workspace began and did not end."""
    own = f"tags.\"{OWNER_TAG}\" = '{workspace_id(workspace)}' and attributes.status = 'RUNNING'"
    for run in link.client.search_runs([experiment_id(workspace, link, name)], own):
        link.client.set_terminated(run.info.run_id, "KILLED")


def _files_of(workspace: Path, link: Link, logged: Any, fitted: Path, downloaded: Path) -> Path:
    """Return the folder with all files of a logged model; from a server they are brought back and compared.

    Raises
    ------
    AttritionError
        The server holds other files than it was handed.
    """
    if link.server is None:
        root = path_in_workspace(workspace, logged.artifact_path)
        assert root is not None
        return root
    downloaded.mkdir()
    download(link, logged.model_uri, downloaded)
    if hash_files(downloaded / "artifacts" / ARTIFACT) != hash_files(fitted):
        raise AttritionError(
            "the files that the MLflow server holds of the new model are not those it was handed; no version was "
            "registered. Have the server's store of artifacts looked at, then run this again"
        )
    return downloaded


def _keep_copies(workspace: Path, version: str, root: Path, evaluation: Path, name: str) -> None:
    """Keep a new version's files in the workspace, and none of versions that nobody goes back to."""
    amend_answer(workspace)
    for files, place in ((root, model_copy(workspace, version)), (evaluation, evaluation_copy(workspace, version))):
        with atomic_folder(place) as folder:
            shutil.copytree(files, folder, dirs_exist_ok=True)
    remove_unused_copies(workspace, {version, *read_state(workspace, name=name).aliases.values()})
