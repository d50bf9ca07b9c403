"""The provenance of a training run: hashes of inputs, panel, declaration, code and lock files, and package versions."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import attrition
from attrition.labels.outcomes import KEYS

PACKAGE = Path(attrition.__file__).parent
PACKAGES = ("attrition", "lightgbm", "mlflow", "numpy", "pandas", "scikit-learn", "scipy")
"""Packages that scoring depends on; their versions are also the requirements of the registered model."""
LOCKS = "locks"


def made_from(
    panel: pd.DataFrame, *, manifest: Sequence[Mapping[str, Any]], declaration: str, workspace: Path
) -> dict[str, Any]:
    """Return the provenance of a run, as it is written to ``made_from.json``.

    Parameters
    ----------
    panel : DataFrame
        The rows of the panel.
    manifest : sequence of mapping
        One entry per input file: path, rows, bytes, sha256.
    declaration : str
        The text of the specification's file.
    workspace : Path
        Its folder ``locks/`` is used if it holds lock files, else the one beside the package.

    Returns
    -------
    dict
        ``panel_sha256``, ``declaration_sha256``, ``code_sha256``, ``locks`` (hashes by file name; may be empty),
        ``packages`` (versions by name), ``python``, ``machine``, ``manifest``.
    """
    return {
        "panel_sha256": panel_hash(panel),
        "declaration_sha256": hashlib.sha256(declaration.encode()).hexdigest(),
        "code_sha256": code_hash(),
        "locks": {path.name: _file_hash(path) for path in _locks(workspace)},
        "packages": {package: version_of(package) for package in PACKAGES},
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "manifest": [dict(entry) for entry in manifest],
    }


def panel_hash(panel: pd.DataFrame) -> str:
    """Return a hash of a panel's values, which does not depend on the file format or the order of rows and columns.

    Examples
    --------
    >>> panel = pd.DataFrame({"agent_id": ["a", "b"], "as_of": pd.Timestamp("2026-01-31"), "pay": [1.0, None]})
    >>> panel_hash(panel) == panel_hash(panel[["pay", "as_of", "agent_id"]].iloc[::-1])
    True
    >>> panel_hash(panel) == panel_hash(panel.fillna({"pay": 0.0}))
    False
    """
    keys = panel[KEYS].assign(agent_id=panel["agent_id"].astype(str)).reset_index(drop=True)
    order = keys.sort_values(KEYS, kind="stable").index.to_numpy()
    digest = hashlib.sha256()
    for name in sorted(map(str, panel.columns)):
        digest.update(f"{name}\0{len(panel)}\0".encode())
        digest.update(_column_bytes((keys if name == "agent_id" else panel)[name].take(order)))
    return digest.hexdigest()


def code_hash(paths: Iterable[str] = ("",), *, root: Path = PACKAGE) -> str:
    """Return a hash of the files of some modules and folders of the package, by default of all of them.

    Paths are relative to `root`. All files of a folder count, templates too, except compiled Python.

    Examples
    --------
    >>> code_hash(["declared.py"]) == code_hash(["declared.py"])
    True
    >>> code_hash(["declared.py"]) == code_hash(["errors.py"])
    False
    """
    digest = hashlib.sha256()
    for path in sorted(file for part in paths for file in _source_files(root / part)):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def version_of(package: str) -> str:
    """Return the installed version of a package.

    For a package that is not installed, attrition's own version is returned: attrition can run from its source folder.
    """
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return attrition.__version__


def _column_bytes(values: pd.Series) -> bytes:
    """Return a column as bytes: numbers as doubles, dates as microseconds, everything else as text with its length."""
    if values.dtype.kind in "iufb":
        numbers = values.to_numpy(dtype="<f8") + 0.0  # -0.0 becomes 0.0
        numbers[np.isnan(numbers)] = np.nan  # NaN has several bit patterns
        return numbers.tobytes()
    if values.dtype.kind == "M":
        return values.astype("datetime64[us]").to_numpy().astype("<i8").tobytes()
    return "".join("-" if pd.isna(value) else f"{len(str(value))}:{value}" for value in values).encode()


def _locks(workspace: Path) -> list[Path]:
    """Return the lock files of the workspace, else those beside the package; empty where there are none."""
    folders = (workspace / LOCKS, PACKAGE.parent / LOCKS)
    return next((locks for folder in folders if (locks := sorted(folder.glob("*.txt")))), [])


def _source_files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return [file for file in path.rglob("*") if file.is_file() and file.suffix not in (".pyc", ".pyo")]


def _file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
