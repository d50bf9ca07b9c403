"""Write the papers of a version: pages, PDFs, one index, and papers.json, which says what they were made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from attrition.data.atomic import atomic_folder
from attrition.model.provenance import version_of
from attrition.report.papers.declaration import open_answers
from attrition.report.papers.duties import duties_text
from attrition.report.papers.pages import PAPERS, index_page, paper_page

if TYPE_CHECKING:
    from attrition.report.papers.facts import PaperFacts


class Printer(Protocol):
    """What renders a page to PDF."""

    def submit(self, html_path: Path) -> None:
        """Queue one page."""


Renderer = AbstractContextManager[Printer]

FORMAT = 1
"""Number of the form of papers.json; it rises with every change of a key in it."""
RECORD = "papers.json"


def write_papers(
    folder: Path, facts: PaperFacts, made_from: Mapping[str, Any], *, langs: Sequence[str], renderer: Renderer
) -> list[Path]:
    """Write all papers of a version, or none; the folder of an earlier day is replaced.

    Parameters
    ----------
    folder : Path
        ``papers/<version>/``.
    facts : PaperFacts
        What they are filled with.
    made_from : mapping
        Hashes by which it is seen later whether they still fit.
    langs : sequence of {"en", "zh"}
        The languages; the index is in the first.
    renderer : context manager
        Yields what renders pages to PDF, such as `attrition.report.pdf.PdfRenderer`, or `pages_only`.

    Returns
    -------
    list of Path
        ``index.html`` and ``papers.json``.
    """
    with atomic_folder(folder) as unfinished:
        with renderer as printer:
            for name in PAPERS:
                for lang in langs:
                    path = unfinished / f"{name}.{lang}.html"
                    path.write_text(paper_page(name, facts, lang, langs=langs), encoding="utf-8", newline="\n")
                    printer.submit(path)
        has_pdf = any(unfinished.glob("*.pdf"))
        index = index_page(facts, langs[0], langs=langs, has_pdf=has_pdf)
        (unfinished / "index.html").write_text(index, encoding="utf-8", newline="\n")
        record = describe(facts, made_from, langs=langs, papers=hashes_of(unfinished))
        (unfinished / RECORD).write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return [folder / "index.html", folder / RECORD]


class _NoPrinter:
    """Renders nothing: the pages are there all the same."""

    def submit(self, html_path: Path) -> None:
        """Leave the page as it is."""


def pages_only() -> Renderer:
    """Return a renderer that makes no PDFs, which would take longer than everything else."""
    return nullcontext(_NoPrinter())


def describe(
    facts: PaperFacts, made_from: Mapping[str, Any], *, langs: Sequence[str], papers: Mapping[str, str]
) -> dict[str, Any]:
    """Return the content of papers.json."""
    return {
        "format": FORMAT,
        "site": facts.site,
        "version": facts.version,
        "valid_until": facts.valid_until.isoformat(),
        "written_on": facts.written_on.isoformat(),
        "written_by": facts.written_by,
        "languages": list(langs),
        "signed_by": [signed.model_dump(mode="json") for signed in facts.job.signed_by],
        "open_answers": open_answers(facts.job),
        "attrition": version_of("attrition"),
        "made_from": {
            **made_from,
            "evaluation": dict(facts.evaluation.sha256),
            "panel_sha256": facts.evaluation.made_from["panel_sha256"],
            "duties_sha256": hashlib.sha256(duties_text().encode()).hexdigest(),
        },
        "papers": dict(papers),
    }


def hashes_of(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every page and PDF of a folder by its name."""
    files = sorted(path for path in folder.iterdir() if path.suffix in (".html", ".pdf"))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
