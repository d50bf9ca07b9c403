"""Seal pilots anew whose agents got other names: only where nothing else had been changed since they were sealed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.atomic import atomic_file
from attrition.pilot.preregistration import ASSIGNMENT, BASELINE, DESIGN, content_hash, read_design
from attrition.steps.pilot_brought import ARMS, TRIAL
from attrition.steps.pilot_files import with_notes

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd


def resealed(folder: Path, names: Mapping[str, str]) -> bool:
    """Seal a pilot whose files were rewritten by these names; return whether it has another seal now.

    A pilot that was changed in any other way since it was sealed keeps its seal, and is refused as before.
    """
    if (folder / DESIGN).exists():
        return _resealed_design(folder, names)
    return (folder / TRIAL).exists() and _resealed_trial(folder, names)


def _resealed_design(folder: Path, names: Mapping[str, str]) -> bool:
    import pandas as pd

    from attrition.pilot.design_page import design_pages

    design = read_design(folder / DESIGN)
    assignment, baseline = _read_csv(folder / ASSIGNMENT), pd.read_parquet(folder / BASELINE)
    hashes = {"assignment_sha256": content_hash(assignment), "baseline_sha256": content_hash(baseline)}
    is_sealed = all(getattr(design, name) == value for name, value in hashes.items())
    is_intact = (
        _was(assignment, names, design.assignment_sha256, content_hash)
        and _was(baseline, names, design.baseline_sha256, content_hash)
        and design.is_intact()
    )
    if is_sealed or not is_intact:
        return False
    design = design.model_copy(update=hashes).with_seal()
    for language, text in design_pages(design, end=f"{design.end:%Y-%m}").items():
        _write(folder / f"pilot.{language}.md", with_notes(text, language, folder.parents[1]))
    _write(folder / DESIGN, json.dumps(design.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n")
    return True


def _resealed_trial(folder: Path, names: Mapping[str, str]) -> bool:
    content, arms = json.loads((folder / TRIAL).read_text(encoding="utf-8")), _read_csv(folder / ARMS)
    if _text_hash(arms) == content["arms_sha256"] or not _was(arms, names, content["arms_sha256"], _text_hash):
        return False
    _write(folder / TRIAL, json.dumps(content | {"arms_sha256": _text_hash(arms)}, ensure_ascii=False, indent=1) + "\n")
    return True


def _was(table: pd.DataFrame, names: Mapping[str, str], sealed: str, hash_of: Callable[[pd.DataFrame], str]) -> bool:
    """Return whether a table has the sealed hash, as it is or with everybody by their old name."""
    old_names = {new: old for old, new in names.items()}
    as_it_was = table.map(lambda cell: old_names.get(cell, cell) if isinstance(cell, str) else cell)
    return sealed in (hash_of(table), hash_of(as_it_was))


def _text_hash(arms: pd.DataFrame) -> str:
    return hashlib.sha256(arms.to_csv(index=False, lineterminator="\n").encode("utf-8")).hexdigest()


def _read_csv(path: Path) -> pd.DataFrame:
    import pandas as pd

    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")


def _write(path: Path, text: str) -> None:
    with atomic_file(path) as part:
        part.write_text(text, encoding="utf-8")
