"""Loads a saved model: its hashes are checked, another process loads it first, and its golden rows are asked.

Whatever scores goes through here: the commands (by `attrition.model.registered`), the service, MLflow's own server and
Spark. Imports of heavy libraries stand inside, since they run while the other process does.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.phrase import Phrase
from attrition.errors import AttritionError
from attrition.model.file_hashes import HASHES, FileHash, as_text, hash_files, require_unchanged
from attrition.model.trial import trial

if TYPE_CHECKING:
    from attrition.model.risk import FittedRisk


def load_fitted(folder: Path) -> FittedRisk:
    """Return the model that `attrition.model.persistence.save_fitted` wrote into a folder, proven and asked.

    Raises
    ------
    AttritionError
        The folder is not a saved model; a file is missing, was added or was changed since the model was saved; it does
        not load in a process of its own; or it answers its golden rows differently.
    UnknownFormat
        An earlier or a later version of attrition saved it.
    """
    fitted = load_without_asking(folder)
    from attrition.model.golden import check_golden_rows

    passed, *findings = check_golden_rows(fitted, folder)
    if not passed:
        raise AttritionError(
            "{folder}: the model scores its golden rows differently than when it was saved ({finding}); it is not "
            "used. This attrition, another library, or this machine computes differently; `attrition retrain` makes "
            "another model",
            folder=folder,
            finding=Phrase(*findings),
        )
    return fitted


def load_without_asking(folder: Path) -> FittedRisk:
    """Return a saved model as `load_fitted` does, but for its golden rows; for the criterion that asks them itself."""
    content = as_text(check_hashes(folder))
    with trial(folder, content):
        from attrition.model.persistence import read_fitted
    fitted = read_fitted(folder)
    if as_text(check_hashes(folder)) != content:
        raise AttritionError("{folder} changed while the model was loaded; it is not used", folder=folder)
    return fitted


def check_hashes(folder: Path) -> dict[str, FileHash]:
    """Raise `AttritionError` if a file of a saved model is missing, or was added or changed; return all hashes."""
    try:
        saved = json.loads((folder / HASHES).read_text(encoding="utf-8")).items()
    except (OSError, ValueError, AttributeError):
        raise AttritionError(
            "{folder} is not a saved model: {file} is missing or damaged", folder=folder, file=HASHES
        ) from None
    actual = hash_files(folder)
    files = {name: file for name, file in actual.items() if name != HASHES}
    sizes = {name: file.bytes for name, file in files.items()}
    require_unchanged(folder, {name: FileHash(sizes.get(name, 0), sha256) for name, sha256 in saved}, files)
    return actual
