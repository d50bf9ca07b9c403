"""Anchors a version's files in the registry: sizes and hashes of all of them, kept where the files are not.

A folder whose files were changed together with the list of hashes inside it is recognised by them. They cover what
MLflow runs and reads besides the fitted model: ``MLmodel``, the loader ``served_model.py``, the requirements.
"""

from __future__ import annotations

from pathlib import Path

from attrition.model.aliases import read_tag, tag_version
from attrition.model.file_hashes import FileHash, as_text, hash_files
from attrition.model.registered_files import registered_files, require_registered
from attrition.model.registry_records import FILES_TAG, MODEL


def anchored_files(workspace: Path, version: str, *, name: str = MODEL) -> dict[str, FileHash] | None:
    """Return the files of a version as they were registered; None for one that was registered without an anchor.

    Raises
    ------
    AttritionError
        The anchor itself is damaged.
    """
    return registered_files(version, read_tag(workspace, version, FILES_TAG, name=name))


def require_anchor(workspace: Path, version: str, root: Path, *, name: str = MODEL) -> None:
    """Raise `AttritionError` unless the files of a version are as they were registered; without an anchor, return.

    Parameters
    ----------
    version : str
        The version's number.
    root : Path
        The folder that holds all its files, ``MLmodel`` among them.
    """
    require_registered(root, version, read_tag(workspace, version, FILES_TAG, name=name))


def write_anchor(workspace: Path, version: str, root: Path, *, name: str = MODEL) -> None:
    """Anchor the files of a version that was registered before there were anchors; one that has an anchor keeps it."""
    if anchored_files(workspace, version, name=name) is None:
        tag_version(workspace, version, {FILES_TAG: as_text(hash_files(root))}, name=name)
