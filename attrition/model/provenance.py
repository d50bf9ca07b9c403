"""The provenance of a run, as hashes and versions: inputs, panel, declaration, code, locks and packages."""

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
"""Packages a model needs to score; their versions are in its requirements too."""
LOCKS = "locks"


def made_from(
    panel: pd.DataFrame, *, manifest: Sequence[Mapping[str, Any]], declaration: str, workspace: Path
) -> dict[str, Any]:
    """Return what a run is made from.

    Parameters
    ----------
    panel : DataFrame
        The panel as it was read.
    manifest : sequence of mapping
        One entry per input file: name, rows, bytes, SHA-256.
    declaration : str
        The specification's file, word for word.
    workspace : Path
        Where a folder ``locks/`` may be; one beside the package is used otherwise.

    Returns
    -------
    dict
        Plain values; hashes are SHA-256. `locks` is empty where there is none.
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
    """Return a hash of a panel's values by column, agent and month, whatever the file format and the order.

    Examples
    --------
    >>> panel = pd.DataFrame({"agent_id": ["a", "b"], "as_of": pd.Timestamp("2026-01-31"), "pay": [1.0, None]})
    >>> panel_hash(panel) == panel_hash(panel[["pay", "as_of", "agent_id"]].iloc[::-1])
    True
    >>> panel_hash(panel) == panel_hash(panel.fillna({"pay": 0.0}))
    False
    """
    ordered = panel.assign(agent_id=panel["agent_id"].astype(str)).sort_values(KEYS, kind="stable")
    digest = hashlib.sha256()
    for name in sorted(map(str, ordered.columns)):
        digest.update(f"{name}\0{len(ordered)}\0".encode())
        digest.update(_content(ordered[name]))
    return digest.hexdigest()


def code_hash(places: Iterable[str] = ("",), *, root: Path = PACKAGE) -> str:
    """Hash the source of some modules and folders of the package, by default of all of it; templates included.

    Examples
    --------
    >>> code_hash(["declared.py"]) == code_hash(["declared.py"])
    True
    >>> code_hash(["declared.py"]) == code_hash(["errors.py"])
    False
    """
    digest = hashlib.sha256()
    for path in sorted(file for place in places for file in _source_files(root / place)):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def version_of(package: str) -> str:
    """Return the installed version of a package; of attrition itself also where it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return attrition.__version__


def _content(values: pd.Series) -> bytes:
    """Return a column as bytes: numbers as doubles with one null, dates as microseconds, all else as text."""
    if values.dtype.kind in "iufb":
        numbers = values.to_numpy(dtype="<f8") + 0.0
        numbers[np.isnan(numbers)] = np.nan
        return numbers.tobytes()
    if values.dtype.kind == "M":
        return values.astype("datetime64[us]").to_numpy().astype("<i8").tobytes()
    return "".join("-" if pd.isna(value) else f"{len(str(value))}:{value}" for value in values).encode()


def _locks(workspace: Path) -> list[Path]:
    places = (workspace / LOCKS, PACKAGE.parent / LOCKS)
    return next((locks for place in places if (locks := sorted(place.glob("*.txt")))), [])


def _source_files(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    return [path for path in place.rglob("*") if path.is_file() and path.suffix not in (".pyc", ".pyo")]


def _file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
