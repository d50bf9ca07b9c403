"""Reports without a person: written anew from what is left of the month, or blanked with a note where that fails."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.atomic import atomic_folder
from attrition.data.months import last_day
from attrition.data.progress import silent
from attrition.errors import AttritionError
from attrition.ledger.mentions import mentions
from attrition.message import Message
from attrition.runs import Runs
from attrition.steps.report import gather_report, write_report

if TYPE_CHECKING:
    from attrition.data.progress import Progress

WITH_PEOPLE = ("partner.", "agents")
"""What a month's report begins with where it holds single people: the partner's edition, and pages of `explain`."""
NOTE = {
    "en": "This edition was removed when the data of a person were erased; `attrition monthly` writes it again.",
    "zh": "因删除某人的数据，此版本已移除；`attrition monthly` 可重新生成。",
}


def reports_with(workspace: Path, names: Collection[str]) -> list[Path]:
    """Return the folders of months whose report may hold a person: their month's scores did, or a file names them."""
    folders = sorted(path for path in (workspace / "reports").glob("[!.]*") if path.is_dir())
    return [folder for folder in folders if _held_in_scores(workspace, folder, names) or _is_named(folder, names)]


def erase_from_report(workspace: Path, folder: Path, *, progress: Progress) -> bool:
    """Write a month's report anew; return False where that failed, and the editions with people were blanked.

    The month's tables must not hold the person any more.
    """
    progress(Message("writing the report of {month} again", month=folder.name))
    langs = sorted({path.name.split(".")[1] for path in folder.glob("centre.*.html")})
    try:
        content = gather_report(workspace, _month(folder))
        write_report(workspace, content, langs=langs, progress=silent)
    except (AttritionError, OSError, KeyError, ValueError):
        _blank(folder, langs)
        return False
    return True


def _held_in_scores(workspace: Path, folder: Path, names: Collection[str]) -> bool:
    from attrition.steps.person_held import product_tables

    month = Runs(workspace).month(_month(folder))
    return any(mentions(path, names) for path in product_tables(workspace) if month in path.parents)


def _is_named(folder: Path, names: Collection[str]) -> bool:
    """Return whether a page names the person, or is called by their number; a PDF says what its page says."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return any(path.name.startswith(tuple(f"{name}." for name in names)) or mentions(path, names) for path in files)


def _blank(folder: Path, langs: Collection[str]) -> None:
    """Keep the editions that hold groups only, and put a note in the place of the others."""
    with atomic_folder(folder) as part:
        for path in folder.iterdir():
            if not path.name.startswith(WITH_PEOPLE):
                (shutil.copytree if path.is_dir() else shutil.copy2)(path, part / path.name)
        for lang in langs:
            text = f'<!DOCTYPE html>\n<meta charset="utf-8">\n<p>{NOTE[lang]}</p>\n'
            (part / f"partner.{lang}.html").write_text(text, encoding="utf-8", newline="\n")


def _month(folder: Path) -> date:
    return last_day(folder.name)
