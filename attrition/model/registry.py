"""Access to MLflow: runs are logged and models registered here; `attrition.model.aliases` says which version scores.

The backend is SQLite in the workspace (``mlflow.db``), with the artifacts beside it (``mlartifacts/``). Telemetry is
off, as this is data about people.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition.model.aliases import (
    ARTIFACT,
    FAILED,
    MODEL,
    PASSED,
    champion_folder,
    database,
    path_in_workspace,
    writing,
)
from attrition.model.persistence import load_fitted, save_fitted
from attrition.model.promotion_criteria import all_passed
from attrition.model.provenance import PACKAGES, version_of
from attrition.model.risk import FittedRisk
from attrition.model.run_artifacts import TrainingRun, write_run_artifacts

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.models import ModelSignature

    from attrition.model.promotion_criteria import Check

FOR_READERS = "evaluation"
"""The folder of a run's artifacts for people to read."""
MLFLOW_SETTINGS = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "GIT_PYTHON_REFRESH": "quiet",
}


def log_run(workspace: Path, run: TrainingRun, *, served: Path, signature: ModelSignature) -> str:
    """Log a retrain as one MLflow run and register its model; no alias changes.

    Parameters
    ----------
    workspace : Path
        Where ``mlflow.db`` and ``mlartifacts/`` are or will be.
    run : TrainingRun
        What is logged.
    served : Path
        The Python file that MLflow runs to serve the model (models from code).
    signature : ModelSignature
        The names of the inputs, and the types of the outputs.

    Returns
    -------
    str
        The registered version.
    """
    name = run.fitted.spec.name
    with _connected(workspace) as mlflow, tempfile.TemporaryDirectory() as scratch:
        experiment = _experiment(workspace, name)
        folder = Path(scratch) / ARTIFACT
        save_fitted(run.fitted, folder)
        with mlflow.start_run(experiment_id=experiment, run_name=f"{name} {run.fitted.at:%Y-%m-%d}") as logged_run:
            mlflow.log_params(_parameters(run.fitted))
            mlflow.log_metrics(_metrics(run))
            mlflow.set_tags(_tags(run))
            mlflow.log_artifacts(str(write_run_artifacts(Path(scratch) / FOR_READERS, run)), FOR_READERS)
            logged = mlflow.pyfunc.log_model(
                name=name,
                python_model=str(served),
                artifacts={ARTIFACT: str(folder)},
                signature=signature,
                pip_requirements=[f"{package}=={version_of(package)}" for package in PACKAGES],
            )
        return _register(mlflow.MlflowClient(), name, logged, logged_run.info.run_id, _tags(run))


def log_checks(workspace: Path, version: str, checks: Sequence[Check], *, artifacts: Path, name: str = MODEL) -> None:
    """Add to a version's run which promotion criteria it passed, and the files of a folder, such as its card."""
    failed = [check.name for check in checks if not check.passed]
    tags = {PASSED: str(all_passed(list(checks))).lower(), FAILED: "; ".join(failed)}
    with _connected(workspace) as mlflow:
        client = mlflow.MlflowClient()
        run = client.get_run(client.get_model_version(name, version).run_id)
        target = path_in_workspace(workspace, run.info.artifact_uri) / FOR_READERS
        shutil.copytree(artifacts, target, dirs_exist_ok=True)
        for key, value in tags.items():
            client.set_tag(run.info.run_id, key, value)
            client.set_model_version_tag(name, version, key, value)


def champion(workspace: Path, *, name: str = MODEL) -> tuple[FittedRisk, str]:
    """Return the fitted champion and its version; only its folder of text files is read, and its hashes are checked.

    Raises
    ------
    NotMadeYet
        There is no registry, or no champion in it.
    AttritionError
        Its files are gone or were changed.
    UnknownFormat
        An earlier or a later attrition saved it.
    """
    folder, version = champion_folder(workspace, name=name)
    return load_fitted(folder), version


def tracking_uri(workspace: Path) -> str:
    """Return the address of the workspace's registry, as MLflow's own commands take it."""
    return f"sqlite:///{database(workspace).resolve().as_posix()}"


@contextmanager
def _connected(workspace: Path) -> Iterator[Any]:
    """Point MLflow at the workspace for the time of a block."""
    for name, value in MLFLOW_SETTINGS.items():
        os.environ.setdefault(name, value)
    import mlflow

    tracking, registry = mlflow.get_tracking_uri(), mlflow.get_registry_uri()
    log = logging.getLogger("mlflow")
    level = log.level
    mlflow.set_tracking_uri(tracking_uri(workspace))
    mlflow.set_registry_uri(tracking_uri(workspace))
    log.setLevel(logging.WARNING)
    try:
        with warnings.catch_warnings():
            # An example of the input would be some agent's row.
            warnings.filterwarnings("ignore", message=".*An input example was not provided")
            warnings.filterwarnings("ignore", message=".*``noload`` loader strategy")  # between two of its parts
            yield mlflow
    finally:
        log.setLevel(level)
        mlflow.set_tracking_uri(tracking)
        mlflow.set_registry_uri(registry)
        if registry == tracking:  # the registry followed the runs, and shall again
            mlflow.set_registry_uri(None)
            os.environ.pop("MLFLOW_REGISTRY_URI", None)


def _experiment(workspace: Path, name: str) -> str:
    """Return the id of the experiment, made where missing; its artifacts go to where the workspace is now."""
    import mlflow

    client, here = mlflow.MlflowClient(), (workspace / "mlartifacts").resolve().as_uri()
    experiment = client.get_experiment_by_name(name)
    if experiment is None:
        return str(client.create_experiment(name, artifact_location=here))
    if experiment.artifact_location != here:
        with writing(workspace) as registry:
            registry.execute("update experiments set artifact_location = ? where name = ?", (here, name))
    return str(experiment.experiment_id)


def _register(client: MlflowClient, name: str, logged: Any, run_id: str, tags: dict[str, str]) -> str:
    """Register a logged model as the next version."""
    if not client.search_registered_models(filter_string=f"name='{name}'"):
        client.create_registered_model(name)
    version = client.create_model_version(name, logged.model_uri, run_id, tags=tags, model_id=logged.model_id)
    return str(version.version)


def _parameters(fitted: FittedRisk) -> dict[str, Any]:
    spec = fitted.spec
    flat = {f"trees_{key}": value for key, value in spec.trees.model_dump().items()}
    flat |= {f"calibration_{key}": value for key, value in spec.calibration.model_dump().items()}
    horizons = ",".join(map(str, fitted.horizons))
    return flat | {"at": f"{fitted.at:%Y-%m-%d}", "horizons": horizons, "features": len(fitted.features)}


def _metrics(run: TrainingRun) -> dict[str, float]:
    """Return every metric, named ``<model>_<horizon>m_<metric>``; those that could not be computed are left out."""
    evaluation = run.evaluation
    metrics = {
        f"{row.model}_{row.horizon_months}m_{row.metric}{end}": float(getattr(row, column))
        for row in evaluation.backtest.metrics.itertuples()
        for column, end in (("value", ""), ("low", "_low"), ("high", "_high"))
    }
    metrics["calibration_slope"] = evaluation.calibration_line.slope
    for check in evaluation.null_checks:
        metrics[f"null_check_{check.name.replace(' ', '_')}_auc"] = check.auc
        metrics[f"null_check_{check.name.replace(' ', '_')}_error"] = check.error
    by_family = run.contribution_sizes.groupby("family")["mean_size"].sum()
    metrics |= {f"mean_contribution_{family}": float(size) for family, size in by_family.items()}
    return {key: value for key, value in metrics.items() if value == value}


def _tags(run: TrainingRun) -> dict[str, str]:
    """Return what run and version were made from, by hash."""
    hashes = {key: run.made_from[key] for key in ("code_sha256", "panel_sha256", "declaration_sha256")}
    locks = {f"lock_{name}_sha256": value for name, value in run.made_from["locks"].items()}
    months = sorted(run.evaluation.origin.scored)
    about = {
        "fitted_at": f"{run.fitted.at:%Y-%m-%d}",
        "holdout_months": f"{months[0]:%Y-%m} to {months[-1]:%Y-%m}",
        "code_version": version_of("attrition"),
    }
    return about | hashes | locks
