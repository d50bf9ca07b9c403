"""The one door to MLflow: what was tried and registered, and which version is champion.

The backend is SQLite in the workspace (``mlflow.db``), artifacts lie beside it (``mlartifacts/``). Telemetry is off,
as this is data about people.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrition
from attrition.errors import AttritionError, NotMadeYet
from attrition.model.backtest import judged_rows
from attrition.model.figures import calibration_table, capture_table, draw_calibration, draw_capture
from attrition.model.risk import FittedRisk

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.models import ModelSignature

    from attrition.model.bar import Check
    from attrition.model.examine import Examination

CHAMPION, PREVIOUS = "champion", "previous"
ARTIFACT = "fitted"
"""The name under which the served model finds the folder of the fitted one."""
QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "GIT_PYTHON_REFRESH": "quiet",
}
REQUIREMENTS = ("attrition", "lightgbm", "mlflow", "numpy", "pandas", "scikit-learn", "scipy")


@dataclass(frozen=True)
class Record:
    """Everything one retrain leaves behind.

    Attributes
    ----------
    fitted, examination, checks
        The model, how it was examined, and how it stood against the bar.
    manifest : sequence of mapping
        One entry per input file: name, rows, bytes, SHA-256; never a row.
    declaration : str
        The text of the specification's file, word for word.
    """

    fitted: FittedRisk
    examination: Examination
    checks: Sequence[Check]
    manifest: Sequence[Mapping[str, Any]]
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
        Plain strings and doubles in and out.

    Returns
    -------
    str
        The registered version.
    """
    name = kept.fitted.spec.name
    with _connected(workspace) as mlflow, tempfile.TemporaryDirectory() as scratch:
        experiment = _experiment(workspace, name)
        folder = Path(scratch) / ARTIFACT
        kept.fitted.save(folder)
        with mlflow.start_run(experiment_id=experiment, run_name=f"{name} {kept.fitted.at:%Y-%m-%d}") as run:
            mlflow.log_params(_parameters(kept.fitted))
            mlflow.log_metrics(_figures(kept.examination))
            mlflow.set_tags(_tags(kept))
            mlflow.log_artifacts(str(_papers(kept, Path(scratch) / "papers")), "examination")
            logged = mlflow.pyfunc.log_model(
                name=name,
                python_model=str(served),
                artifacts={ARTIFACT: str(folder)},
                signature=signature,
                pip_requirements=[f"{package}=={_version_of(package)}" for package in REQUIREMENTS],
            )
        return _registered(mlflow.MlflowClient(), name, logged, run.info.run_id, _tags(kept))


def promote(workspace: Path, version: str, *, name: str = "resignation") -> None:
    """Make a registered version the champion; the champion it follows becomes ``previous``."""
    with _connected(workspace) as mlflow:
        client = mlflow.MlflowClient()
        before = _alias(client, name, CHAMPION)
        if before not in (None, version):
            client.set_registered_model_alias(name, PREVIOUS, before)
        client.set_registered_model_alias(name, CHAMPION, version)


def champion(workspace: Path, *, name: str = "resignation") -> tuple[FittedRisk, str]:
    """Load the champion and its version; only its folder of text files is read, and its hashes are checked.

    Raises
    ------
    NotMadeYet
        There is no registry, or no champion in it.
    AttritionError
        Its files are gone or were changed.
    """
    folder, version = champion_folder(workspace, name=name)
    return FittedRisk.load(folder), version


def champion_folder(workspace: Path, *, name: str = "resignation") -> tuple[Path, str]:
    """Find the folder of the champion's text files, and its version, without loading it."""
    product = f"a champion of the model {name} (runs/retrain/ says what a model missed)"
    missing = NotMadeYet(product, "attrition retrain")
    if not _database(workspace).is_file():
        raise missing
    with _connected(workspace) as mlflow:
        client = mlflow.MlflowClient()
        version = _alias(client, name, CHAMPION)
        if version is None:
            raise missing
        location = client.get_model_version_download_uri(name, version)
    folder = _inside(workspace, location) / "artifacts" / ARTIFACT
    if not folder.is_dir():
        raise AttritionError(f"version {version} is champion, and its files are gone: {folder}")
    return folder, version


def tracking_uri(workspace: Path) -> str:
    """Give the address of the workspace's registry, as MLflow's own commands take it."""
    return f"sqlite:///{_database(workspace).resolve().as_posix()}"


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


def _database(workspace: Path) -> Path:
    return workspace / "mlflow.db"


def _experiment(workspace: Path, name: str) -> str:
    import mlflow

    client = mlflow.MlflowClient()
    found = client.get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    return str(client.create_experiment(name, artifact_location=(workspace / "mlartifacts").resolve().as_uri()))


def _registered(client: MlflowClient, name: str, logged: Any, run_id: str, tags: dict[str, str]) -> str:
    """Register a logged model as the next version."""
    if not client.search_registered_models(filter_string=f"name='{name}'"):
        client.create_registered_model(name)
    version = client.create_model_version(name, logged.model_uri, run_id, tags=tags, model_id=logged.model_id)
    return str(version.version)


def _alias(client: MlflowClient, name: str, alias: str) -> str | None:
    """Find the version an alias points to; None when there is no such model or alias."""
    from mlflow.exceptions import MlflowException

    try:
        return str(client.get_model_version_by_alias(name, alias).version)
    except MlflowException as error:
        if error.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
            return None
        raise


def _inside(workspace: Path, location: str) -> Path:
    """Find an artifact in the workspace as it lies now, even if it was moved since the artifact was written."""
    _, found, below = location.rpartition("/mlartifacts/")
    if not found:
        raise AttritionError(f"the registry points outside the workspace: {location}")
    return workspace / "mlartifacts" / below


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
    from attrition.model.bar import is_met

    return {
        "fitted_at": f"{kept.fitted.at:%Y-%m-%d}",
        "bar_met": str(is_met(list(kept.checks))).lower(),
        "code_version": attrition.__version__,
        "code_sha256": code_hash(),
        "declaration_sha256": hashlib.sha256(kept.declaration.encode()).hexdigest(),
    }


def code_hash() -> str:
    """Hash the source of the installed package, so that a run says exactly what code made it."""
    root = Path(attrition.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _papers(kept: Record, folder: Path) -> Path:
    """Write what a reader of the run wants to see: figures, tables, checks, inputs, declaration."""
    folder.mkdir()
    exam, spec = kept.examination, kept.fitted.spec
    scores = exam.trial.scores
    judged = judged_rows(scores[(scores["horizon_months"] == spec.headline) & scores["resigned"].notna()], spec)
    draw_calibration(calibration_table(judged)).savefig(folder / "calibration.png", dpi=100)
    draw_capture(capture_table(judged)).savefig(folder / "capture.png", dpi=100)
    exam.trial.metrics.to_csv(folder / "metrics.csv", index=False)
    exam.trial.months.to_csv(folder / "months.csv", index=False)
    kept.fitted.gain_shares().rename("gain_share").to_csv(folder / "gain.csv", index_label="feature")
    exam.alone.rename("auc").to_csv(folder / "alone.csv", index_label="feature")
    checks = [{"name": check.name, "passed": check.passed, "said": check.said} for check in kept.checks]
    _write_json(folder / "checks.json", checks)
    _write_json(folder / "manifest.json", [dict(entry) for entry in kept.manifest])
    (folder / f"{spec.name}.toml").write_text(kept.declaration, encoding="utf-8")
    return folder


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False, default=str) + "\n", encoding="utf-8")


def _version_of(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return attrition.__version__
