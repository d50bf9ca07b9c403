"""Sealed pilots without a person: their tables are sealed anew, and both hashes go on record.

Who was assigned to what cannot change afterwards; an erasure must. It is recorded before it happens, so that a seal
which differs from the one that was announced is explained by the audit log, and by nothing else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.atomic import atomic_file
from attrition.ledger.audit_log import read_entries
from attrition.pilot.preregistration import ASSIGNMENT, BASELINE, DESIGN, FOLDER, Design, content_hash, read_design
from attrition.steps.erased_tables import erase_from_table, named_cells, table_without
from attrition.steps.pilot_brought import ARMS, TRIAL
from attrition.steps.recorded import Deed, on_record

if TYPE_CHECKING:
    import pandas as pd

ACTION = "erased from pilot"
"""Of the entries that name a pilot, one of its files, and the hash of the file without the person."""


def erase_from_pilots(workspace: Path, names: Collection[str]) -> list[str]:
    """Erase a person from the sealed tables of every pilot; return the pilots they were in.

    A pilot that somebody changed after it was sealed loses the person too, and keeps its broken seal.
    """
    folders = [path for path in sorted((workspace / FOLDER).glob("[!.]*")) if path.is_dir()]
    return [folder.name for folder in folders if _erase_from(workspace, folder, names)]


def _erase_from(workspace: Path, folder: Path, names: Collection[str]) -> bool:
    """Erase a person from one pilot, or finish that; return whether there was anything to do."""
    is_changed = False
    for file in (ASSIGNMENT, BASELINE, ARMS):
        if not (folder / file).exists():
            continue
        table = _table(folder / file)
        kept, hash_of = table_without(table, names), _text_hash if file == ARMS else content_hash
        is_theirs = bool(named_cells(table, names).any(axis=None))
        facts = {"pilot": folder.name, "file": file, "sealed": _seals(folder).get(file), "without": hash_of(kept)}
        if is_theirs:
            with on_record(workspace, Deed(action=ACTION, facts=facts)):
                erase_from_table(folder / file, names)
        if is_theirs or _is_unfinished(workspace, facts):
            _seal_again(folder, file, was=hash_of(table), now=hash_of(kept))
            is_changed = True
    return is_changed


def _is_unfinished(workspace: Path, facts: Mapping[str, object]) -> bool:
    """Return whether an erasure that is on record changed this file, and was stopped before it was sealed again."""
    if facts["sealed"] in (None, facts["without"]):
        return False
    return any(entry.action == ACTION and entry.facts == facts for entry in read_entries(workspace))


def _seal_again(folder: Path, file: str, *, was: str, now: str) -> None:
    """Seal the file with its new hash, where it had its sealed one, or where the seal alone was left to do."""
    if _seals(folder).get(file) not in (was, now) and was != now:
        return
    if file == ARMS:
        content = json.loads((folder / TRIAL).read_text(encoding="utf-8")) | {"arms_sha256": now}
        _write(folder / TRIAL, content)
    else:
        design = read_design(folder / DESIGN).model_copy(update={_FIELDS[file]: now})
        _write(folder / DESIGN, design.with_seal().model_dump(mode="json"))


_FIELDS = {ASSIGNMENT: "assignment_sha256", BASELINE: "baseline_sha256"}
"""The fields of a design that hold the hashes of its tables."""


def _seals(folder: Path) -> dict[str, str]:
    """Return the sealed hash of each table, where the seal itself was not changed."""
    if (folder / TRIAL).exists():
        return {ARMS: str(json.loads((folder / TRIAL).read_text(encoding="utf-8")).get("arms_sha256"))}
    design: Design | None = read_design(folder / DESIGN) if (folder / DESIGN).exists() else None
    if design is None or not design.is_intact():
        return {}
    return {file: str(getattr(design, field)) for file, field in _FIELDS.items()}


def _table(path: Path) -> pd.DataFrame:
    import pandas as pd

    if path.suffix == ".csv":
        return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    return pd.read_parquet(path)


def _text_hash(table: pd.DataFrame) -> str:
    return hashlib.sha256(table.to_csv(index=False, lineterminator="\n").encode("utf-8")).hexdigest()


def _write(path: Path, content: Mapping[str, object]) -> None:
    with atomic_file(path) as part:
        part.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
