"""Whether the papers of a version are in force: there, for this version, unchanged, and not past their last day."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.data.phrase import Phrase
from attrition.report.papers.write import FORMAT, RECORD, hashes_of

if TYPE_CHECKING:
    from attrition.report.papers.declaration import PapersJob


def last_day(job: PapersJob, registered_on: date) -> date:
    """Return the last day on which papers hold: months after the version was registered, or the declared review.

    Examples
    --------
    >>> from attrition.report.papers.declaration import PapersJob
    >>> job = PapersJob(valid_months=12)
    >>> last_day(job, date(2026, 11, 28)).isoformat()
    '2027-11-28'
    >>> last_day(job.model_copy(update={"review_by": date(2027, 3, 1)}), date(2026, 11, 28)).isoformat()
    '2027-03-01'
    """
    lapses = (pd.Timestamp(registered_on) + pd.DateOffset(months=job.valid_months)).date()
    return min(lapses, job.review_by or lapses)


def why_not_in_force(folder: Path, version: str, *, declarations: Mapping[str, str], on: date) -> Phrase | None:
    """Return why the papers in a folder do not hold for a version on a day; null where they do.

    Parameters
    ----------
    folder : Path
        ``papers/<version>/``.
    version : str
        The version that is to be promoted.
    declarations : mapping of str to str
        SHA-256 of each declaration as it is now.
    on : date
        The day.
    """
    record = _read(folder)
    if record is None:
        return Phrase("there are none", "尚未编写")
    if record["version"] != version:
        return Phrase("they are of version {other}", "现有文件属于版本{other}", other=record["version"])
    if on.isoformat() > record["valid_until"]:
        return Phrase("they held until {day}", "有效期已于{day}届满", day=record["valid_until"])
    if changed := _changed(record["made_from"]["declarations"], declarations):
        return Phrase("declarations changed since: {files}", "此后声明有改动：{files}", files=", ".join(changed))
    if changed := _changed(record["papers"], hashes_of(folder)):
        return Phrase("files of theirs changed since: {files}", "此后文件被改动：{files}", files=", ".join(changed))
    return None


def _read(folder: Path) -> Mapping[str, Any] | None:
    """Return papers.json; null where there is none, or one that cannot be read."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) and record.get("format") == FORMAT else None


def _changed(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Return the names of files that differ, are new, or are gone."""
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
