"""The promotion check of papers: where required, a version becomes champion only while its papers are in force."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.model.check import PAPERS, Check
from attrition.report.papers.declaration import read_papers_job

if TYPE_CHECKING:
    from attrition.data.phrase import Phrase


def papers_checks(workspace: Path, version: str, *, on: date) -> list[Check]:
    """Return the check of a version's papers on a day; empty where none are required.

    Whatever goes wrong while they are looked at is a no, without the message, as with every other criterion.
    """
    from attrition.report.papers.validity import why_not_in_force
    from attrition.steps.papers import declaration_hashes, papers_folder

    try:
        if not read_papers_job(workspace).required:
            return []
        declarations = declaration_hashes(workspace)
        why = why_not_in_force(papers_folder(workspace, version), version, declarations=declarations, on=on)
    except Exception as error:
        kind = type(error).__name__
        return [Check(PAPERS, False, f"could not be checked ({kind})", f"无法检查（{kind}）")]
    if why is None:
        return [Check(PAPERS, True, "written for this version, and in force", "已为该版本编写，且在有效期内")]
    return [Check(PAPERS, False, *_with_remedy(workspace, version, why, on=on))]


def _with_remedy(workspace: Path, version: str, why: Phrase, *, on: date) -> tuple[str, str]:
    """Return why papers are not in force and what to do, in English and Chinese."""
    review_by = read_papers_job(workspace).review_by
    if review_by is not None and review_by < on:
        return f"{why}; move review_by when they are signed", f"{why.zh}；重新签署后请更新 review_by"
    command = f"`attrition papers write --version {version}`"
    return f"{why}; {command} writes them", f"{why.zh}；请运行 {command} 重新编写"
