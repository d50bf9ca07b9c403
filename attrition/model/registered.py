"""Loads a registered version: its files must be those that were registered, before any of them is read or run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from attrition.model.aliases import folder_of
from attrition.model.anchor import require_anchor
from attrition.model.loading import load_fitted
from attrition.model.registry_records import MODEL
from attrition.model.signature import require_signature

if TYPE_CHECKING:
    from attrition.model.risk import FittedRisk


def load_registered(workspace: Path, version: str, *, name: str = MODEL) -> FittedRisk:
    """Return the model of a registered version, proven as by `attrition.model.loading.load_fitted`.

    Raises
    ------
    UserError
        The version is not registered, or another version of attrition saved it.
    AttritionError
        Its files are gone, lie outside the workspace, are not those that were registered, are not signed by the key
        that the environment names, do not load in a process of their own, or answer the golden rows differently.
    """
    return load_fitted(folder_to_read(workspace, version, name=name))


def folder_to_read(workspace: Path, version: str, *, name: str = MODEL) -> Path:
    """Return the folder of a version's fitted model, checked for signature and registered hashes."""
    folder = folder_of(workspace, version, name=name)
    require_signature(workspace, version, name=name)
    require_anchor(workspace, version, model_root(folder), name=name)
    return folder


def model_root(folder: Path) -> Path:
    """Return the folder with all files of a registered version, of which `folder` holds the fitted model.

    Examples
    --------
    >>> model_root(Path("mlartifacts/models/m-1/artifacts/artifacts/fitted")).as_posix()
    'mlartifacts/models/m-1/artifacts'
    """
    return folder.parents[1]
