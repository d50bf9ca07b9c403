"""The files of a version as the registry has them: sizes and hashes of all, in a tag of the version."""

from __future__ import annotations

from pathlib import Path

from attrition.errors import AttritionError
from attrition.model.file_hashes import FileHash, from_text, hash_files, require_unchanged


def registered_files(version: str, text: str | None) -> dict[str, FileHash] | None:
    """Return the files that a version's tag names; None where it has no tag.

    Parameters
    ----------
    version : str
        The version's number.
    text : str or None
        The value of its tag `attrition.model.registry_records.FILES_TAG`.

    Raises
    ------
    AttritionError
        The tag is damaged.
    """
    try:
        return None if text is None else from_text(text)
    except ValueError:
        raise AttritionError(
            "the hashes of version {version} in the registry are damaged; it is not loaded. Bring the registry "
            "(mlflow.db, or the MLflow server's database) back from a backup",
            version=version,
        ) from None


def require_registered(folder: Path, version: str, text: str | None) -> None:
    """Raise `AttritionError` unless a folder holds the files that a version's tag names; without a tag, return."""
    if (registered := registered_files(version, text)) is not None:
        require_unchanged(folder, registered, hash_files(folder, expected=registered))
