"""The one door to MLflow: what was tried, and what was registered; `attrition.model.aliases` says which one scores.

The backend is SQLite in the workspace (``mlflow.db``), artifacts lie beside it (``mlartifacts/``). Telemetry is off,
as this is data about people.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrition
from attrition.model.aliases import ARTIFACT, MODEL, champion_folder, database, path_in_workspace, writing
from attrition.model.bar import is_met
from attrition.model.papers import write_papers
from attrition.model.persistence import load_fitted, save_fitted
from attrition.model.provenance import PACKAGES, version_of
from attrition.model.risk import FittedRisk

if TYPE_CHECKING:
    import pandas as pd
    from mlflow import MlflowClient
    from mlflow.models import ModelSignature

    from attrition.model.bar import Check
    from attrition.model.examine import Examination

EXAMINATION = "examination"
"""The folder of a run in which people read."""
QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "GIT_PYTHON_REFRESH": "quiet",
}


@dataclass(frozen=True)
class Record:
    """Everything one retrain leaves behind, before it is judged.

    Attributes
    ----------
    fitted, examination
        The model, and how it was examined.
    groups : DataFrame
        agent_id, as_of, and the site, role and tenure band of every agent-month.
    made_from : mapping
        From `attrition.model.provenance.made_from`: inputs, hashes, versions; never a row.
    declaration : str
        The text of the specification's file, word for word.
    """

    fitted: FittedRisk
    examination: Examination
    groups: pd.DataFrame
    made_from: Mapping[str, Any]
    declaration: str


def record(workspace: Path, kept: Record, *, served: Path, signature: ModelSignature) -> str:
    """Record a retrain as one run and register its model; no alias moves.

    Parameters
    ----------
    workspace : Path
        Where ``mlflow.db`` and ``mlartifacts/`` lie or will lie.
    kept : Record
        What to keep.
    served : Path
        The Python file that MLflow runs to serve the model (models from code).
    signature : ModelSignature
        Names of what goes in; plain strings and doubles out.

    Returns
    -------
    str
        The registered version.
    """
    name = kept.fitted.spec.name
    with _connected(workspace) as mlflow, tempfile.TemporaryDirectory() as scratch:
        experiment = _experiment(workspace, name)
        folder = Path(scratch) / ARTIFACT
        save_fitted(kept.fitted, folder)
        with mlflow.start_run(experiment_id=experiment, run_name=f"{name} {kept.fitted.at:%Y-%m-%d}") as run:
            mlflow.log_params(_parameters(kept.fitted))
            mlflow.log_metrics(_figures(kept.examination))
            mlflow.set_tags(_tags(kept))
            mlflow.log_artifacts(str(_papers(kept, Path(scratch) / "papers")), EXAMINATION)
            logged = mlflow.pyfunc.log_model(
                name=name,
                python_model=str(served),
                artifacts={ARTIFACT: str(folder)},
                signature=signature,
                pip_requirements=[f"{package}=={version_of(package)}" for package in PACKAGES],
            )
        return _registered(mlflow.MlflowClient(), name, logged, run.info.run_id, _tags(kept))


def conclude(workspace: Path, version: str, checks: Sequence[Check], *, papers: Path, name: str = MODEL) -> None:
    """Add to a version's run how it stood against the bar, and the files of `papers`, such as its card."""
    missed = [check.name for check in checks if not check.passed]
    tags = {"bar_met": str(is_met(list(checks))).lower(), "bar_missed": "; ".join(missed)}
    with _connected(workspace) as mlflow:
        client = mlflow.MlflowClient()
        run = client.get_run(client.get_model_version(name, version).run_id)
        shutil.copytree(papers, path_in_workspace(workspace, run.info.artifact_uri) / EXAMINATION, dirs_exist_ok=True)
        for key, value in tags.items():
            client.set_tag(run.info.run_id, key, value)
            client.set_model_version_tag(name, version, key, value)


def champion(workspace: Path, *, name: str = MODEL) -> tuple[FittedRisk, str]:
    """Load the champion and its version; only its folder of text files is read, and its hashes are checked.

    Raises
    ------
    NotMadeYet
        There is no registry, or no champion in it.
    AttritionError
        Its files are gone or were changed.
    """
    folder, version = champion_folder(workspace, name=name)
    return load_fitted(folder), version


def tracking_uri(workspace: Path) -> str:
    """Give the address of the workspace's registry, as MLflow's own commands take it."""
    return f"sqlite:///{database(workspace).resolve().as_posix()}"


@contextmanager
def _connected(workspace: Path) -> Iterator[Any]:
    """Point MLflow at the workspace, and back where it pointed before."""
    for name, value in QUIET.items():
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
            # An example of the input would be some agent's row; the signature says enough.
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
    """Find or make the experiment; where the workspace was moved, what is recorded next lies where it lies now."""
    import mlflow

    client, here = mlflow.MlflowClient(), (workspace / "mlartifacts").resolve().as_uri()
    found = client.get_experiment_by_name(name)
    if found is None:
        return str(client.create_experiment(name, artifact_location=here))
    if found.artifact_location != here:
        with writing(workspace) as registry:
            registry.execute("update experiments set artifact_location = ? where name = ?", (here, name))
    return str(found.experiment_id)


def _registered(client: MlflowClient, name: str, logged: Any, run_id: str, tags: dict[str, str]) -> str:
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


def _figures(exam: Examination) -> dict[str, float]:
    """Name every figure ``<model>_<horizon>m_<metric>``; what could not be judged is left out."""
    found = {
        f"{row.model}_{row.horizon_months}m_{row.metric}{end}": float(getattr(row, column))
        for row in exam.trial.metrics.itertuples()
        for column, end in (("value", ""), ("low", "_low"), ("high", "_high"))
    }
    found["calibration_slope"] = exam.slope.slope
    for canary in exam.canaries:
        found[f"canary_{canary.name.replace(' ', '_')}_auc"] = canary.auc
        found[f"canary_{canary.name.replace(' ', '_')}_error"] = canary.error
    return {key: value for key, value in found.items() if value == value}


def _tags(kept: Record) -> dict[str, str]:
    """Say on run and version from what it was made, by hash."""
    hashes = {key: kept.made_from[key] for key in ("code_sha256", "panel_sha256", "declaration_sha256")}
    locks = {f"lock_{name}_sha256": value for name, value in kept.made_from["locks"].items()}
    months = sorted(kept.examination.origin.scored)
    said = {
        "fitted_at": f"{kept.fitted.at:%Y-%m-%d}",
        "examined_on": f"{months[0]:%Y-%m} to {months[-1]:%Y-%m}",
        "code_version": attrition.__version__,
    }
    return said | hashes | locks


def _papers(kept: Record, folder: Path) -> Path:
    write_papers(folder, kept.fitted, kept.examination, groups=kept.groups, made_from=kept.made_from)
    (folder / f"{kept.fitted.spec.name}.toml").write_text(kept.declaration, encoding="utf-8")
    return folder
