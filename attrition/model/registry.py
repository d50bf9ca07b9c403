"""Logs training runs to MLflow and registers their models.

`attrition.model.aliases` keeps which registered version scores. MLflow's backend
is a SQLite file in the workspace (``mlflow.db``), with the artifacts beside it (``mlartifacts/``). Its telemetry is
switched off, since the data are about people.
"""

from __future__ import annotations

import logging
import math
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition.data.modes import protect
from attrition.model.aliases import (
    ARTIFACT,
    FAILED_TAG,
    MODEL,
    PASSED_TAG,
    path_in_workspace,
)
from attrition.model.anchor import FILES_TAG
from attrition.model.check import all_passed
from attrition.model.file_hashes import as_text, hash_files
from attrition.model.persistence import save_fitted
from attrition.model.provenance import PACKAGES, version_of
from attrition.model.registry_file import database_path, open_for_writing, saying_what_sqlite_refuses
from attrition.model.risk import FittedRisk
from attrition.model.run_artifacts import TrainingRun, write_run_artifacts

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.models import ModelSignature

    from attrition.model.check import Check
    from attrition.model.holdout import HoldoutEvaluation

EVALUATION_FOLDER = "evaluation"
"""The artifact folder of a run with the tables and figures for people; the model itself is another artifact."""
MLFLOW_SETTINGS = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "GIT_PYTHON_REFRESH": "quiet",
}


def log_run(workspace: Path, run: TrainingRun, *, served: Path, signature: ModelSignature) -> str:
    """Log a retrain as one MLflow run, register its model, and return the version; no alias changes.

    Parameters
    ----------
    workspace : Path
        The folder of ``mlflow.db`` and ``mlartifacts/``, which are created if needed.
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
    """
    name = run.fitted.spec.name
    with _connected(workspace) as mlflow, tempfile.TemporaryDirectory() as scratch:
        experiment = _experiment(workspace, name)
        folder = Path(scratch) / ARTIFACT
        save_fitted(run.fitted, folder)
        with mlflow.start_run(
            experiment_id=experiment, run_name=f"{name} {run.fitted.fitted_at:%Y-%m-%d}"
        ) as logged_run:
            mlflow.log_params(_parameters(run.fitted))
            mlflow.log_metrics(_metrics(run))
            mlflow.set_tags(_tags(run))
            mlflow.log_artifacts(str(write_run_artifacts(Path(scratch) / EVALUATION_FOLDER, run)), EVALUATION_FOLDER)
            logged = mlflow.pyfunc.log_model(
                name=name,
                python_model=str(served),
                artifacts={ARTIFACT: str(folder)},
                signature=signature,
                pip_requirements=[f"{package}=={version_of(package)}" for package in PACKAGES],
            )
        return _register(
            mlflow.MlflowClient(), name, logged, logged_run.info.run_id, _tags(run) | _anchor(workspace, logged)
        )


def log_checks(workspace: Path, version: str, checks: Sequence[Check], *, artifacts: Path, name: str = MODEL) -> None:
    """Tag a version and its run with the results of the promotion criteria, and add files (its card) to the run."""
    failed = [check.name for check in checks if not check.passed]
    tags = {PASSED_TAG: str(all_passed(list(checks))).lower(), FAILED_TAG: "; ".join(failed)}
    with _connected(workspace) as mlflow:
        client = mlflow.MlflowClient()
        run = client.get_run(client.get_model_version(name, version).run_id)
        target = path_in_workspace(workspace, run.info.artifact_uri) / EVALUATION_FOLDER
        shutil.copytree(artifacts, target, dirs_exist_ok=True)
        for key, value in tags.items():
            client.set_tag(run.info.run_id, key, value)
            client.set_model_version_tag(name, version, key, value)


def tracking_uri(workspace: Path) -> str:
    """Return MLflow's tracking URI of the workspace."""
    return f"sqlite:///{database_path(workspace).resolve().as_posix()}"


@contextmanager
def _connected(workspace: Path) -> Iterator[Any]:
    """Yield the `mlflow` module with its tracking and registry URI set to the workspace; both are reset afterwards."""
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
        with saying_what_sqlite_refuses(), warnings.catch_warnings():
            # No input example is logged, since it would be the row of an agent; MLflow warns about its absence.
            warnings.filterwarnings("ignore", message=".*An input example was not provided")
            # SQLAlchemy warns about a setting that MLflow uses.
            warnings.filterwarnings("ignore", message=".*``noload`` loader strategy")
            yield mlflow
    finally:
        protect(workspace / "mlartifacts")  # MLflow copies the modes of the files it is given
        log.setLevel(level)
        mlflow.set_tracking_uri(tracking)
        mlflow.set_registry_uri(registry)
        # Unless it is set, the registry URI follows the tracking URI; setting it above stopped that.
        if registry == tracking:
            mlflow.set_registry_uri(None)
            os.environ.pop("MLFLOW_REGISTRY_URI", None)


def _experiment(workspace: Path, name: str) -> str:
    """Return the id of the experiment, which is created if needed.

    An experiment stores an absolute location for its artifacts. If the workspace was moved, it is updated in MLflow's
    table, since MLflow's client cannot change it.
    """
    import mlflow

    client, location = mlflow.MlflowClient(), (workspace / "mlartifacts").resolve().as_uri()
    experiment = client.get_experiment_by_name(name)
    if experiment is None:
        return str(client.create_experiment(name, artifact_location=location))
    if experiment.artifact_location != location:
        with open_for_writing(workspace) as registry:
            registry.execute("update experiments set artifact_location = ? where name = ?", (location, name))
    return str(experiment.experiment_id)


def _register(client: MlflowClient, name: str, logged: Any, run_id: str, tags: dict[str, str]) -> str:
    """Register a logged model as the next version with the hashes of its files, and return its number."""
    if not client.search_registered_models(filter_string=f"name='{name}'"):
        client.create_registered_model(name)
    version = client.create_model_version(name, logged.model_uri, run_id, tags=tags, model_id=logged.model_id)
    return str(version.version)


def _anchor(workspace: Path, logged: Any) -> dict[str, str]:
    """Return the tag with the hashes of all files of a logged model."""
    return {FILES_TAG: as_text(hash_files(path_in_workspace(workspace, logged.artifact_path)))}


def _parameters(fitted: FittedRisk) -> dict[str, Any]:
    """Return the parameters of the run: settings of trees and calibration, month of the fit, horizons, and features."""
    spec = fitted.spec
    flat = {f"trees_{key}": value for key, value in spec.trees.model_dump().items()}
    flat |= {f"calibration_{key}": value for key, value in spec.calibration.model_dump().items()}
    horizons = ",".join(map(str, fitted.horizons))
    return flat | {"at": f"{fitted.fitted_at:%Y-%m-%d}", "horizons": horizons, "features": len(fitted.features)}


def _metrics(run: TrainingRun) -> dict[str, float]:
    """Return the metrics of the run by name; those that could not be computed are left out.

    They are ``<model>_<horizon>m_<metric>`` with ``_low`` and ``_high``, AUC and standard error
    of the null checks, and the mean contribution size of each family of features.
    """
    metrics = {} if run.evaluation is None else _holdout_metrics(run.evaluation)
    by_family = run.contribution_sizes.groupby("family")["mean_size"].sum()
    metrics |= {f"mean_contribution_{family}": float(size) for family, size in by_family.items()}
    return {key: value for key, value in metrics.items() if not math.isnan(value)}


def _holdout_metrics(evaluation: HoldoutEvaluation) -> dict[str, float]:
    """Return the metrics of the test months and of the null checks by name."""
    metrics = {
        f"{row.model}_{row.horizon_months}m_{row.metric}{suffix}": float(getattr(row, column))
        for row in evaluation.backtest.metrics.itertuples()
        for column, suffix in (("value", ""), ("low", "_low"), ("high", "_high"))
    }
    for check in evaluation.null_checks:
        metrics[f"null_check_{check.name.replace(' ', '_')}_auc"] = check.auc
        metrics[f"null_check_{check.name.replace(' ', '_')}_error"] = check.standard_error
    return metrics


def _tags(run: TrainingRun) -> dict[str, str]:
    """Return the tags of run and version: months of fit and holdout, code version, and hashes of the provenance."""
    hashes = {key: run.made_from[key] for key in ("code_sha256", "panel_sha256", "declaration_sha256")}
    locks = {f"lock_{name}_sha256": value for name, value in run.made_from["locks"].items()}
    months = [] if run.evaluation is None else sorted(run.evaluation.origin.scored_months)
    facts = {
        "fitted_at": f"{run.fitted.fitted_at:%Y-%m-%d}",
        "rung": run.fitted.rung,
        "holdout_months": f"{months[0]:%Y-%m} to {months[-1]:%Y-%m}" if months else "none",
        "code_version": version_of("attrition"),
    }
    return facts | hashes | locks
