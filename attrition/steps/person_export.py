"""Everything that is held about one person, as a folder that they can read: a page, explanations, and JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition.data.atomic import atomic_folder
from attrition.errors import UserError
from attrition.ledger.persons import find_person, objected_since
from attrition.message import Message
from attrition.runs import Runs
from attrition.steps.person_held import entries_about, models_that_learnt, tables_about
from attrition.steps.report import gather_report

if TYPE_CHECKING:
    import pandas as pd

    from attrition.data.progress import Progress
    from attrition.ledger.persons import Person
    from attrition.steps.person_request import PersonRequest

FOLDER = Path("people") / "exports"
"""Where exports lie in a workspace until they are handed over; `attrition person erase` removes them."""


def export_person(workspace: Path, request: PersonRequest, *, progress: Progress) -> list[Path]:
    """Write what is held about a person, for themselves.

    Returns
    -------
    list of Path
        ``people/exports/<person>/``: ``person.html``, an explanation of each scored month, and ``person.json``.

    Raises
    ------
    UserError
        Nothing is held about a person of that number.
    """
    from attrition.report.person_page import PersonCopy, person_page

    person = find_person(workspace, request.agent)
    progress("gathering what is held about the person")
    tables = tables_about(workspace, person)
    if not tables:
        raise UserError("nothing is held about a person of that number; numbers are text, leading zeros count")
    provenance = Runs(workspace).panel_provenance()
    copy = PersonCopy(
        number=person.number,
        pseudonym=person.pseudonym if person.agent_id == person.pseudonym else "",
        written_on=request.on.date(),
        objected_since=objected_since(workspace, person),
        site=provenance.get("site", {}),
        features=provenance.get("features", []),
        tables=tables,
        record=entries_about(workspace, person),
        models=models_that_learnt(workspace, person),
        explained=explained_months(workspace, person),
    )
    lang = "zh" if str(copy.site.get("language", "")).lower().startswith("zh") else "en"
    folder = workspace / FOLDER / person.agent_id
    with atomic_folder(folder) as part:
        for month in copy.explained:
            progress(Message("explaining {month:%Y-%m}", month=month))
            _write(part / f"explanation-{month:%Y-%m}.html", _explanation(workspace, person, month, lang))
        _write(part / "person.html", person_page(copy, lang))
        _write(part / "person.json", json.dumps(_content(copy), ensure_ascii=False, indent=1))
    return [folder / "person.html", folder / "person.json"]


def explained_months(workspace: Path, person: Person) -> list[date]:
    """Return the months whose scores hold the person and can be explained, the newest first."""
    runs = Runs(workspace)
    if not runs.panel_provenance():
        return []
    return [month for month in reversed(runs.months()) if _is_scored(runs.read_optional(month, "scores"), person)]


def _is_scored(scores: pd.DataFrame | None, person: Person) -> bool:
    return scores is not None and bool((scores["agent_id"] == person.agent_id).any())


def _explanation(workspace: Path, person: Person, month: date, lang: str) -> str:
    """Return the page of `attrition explain`, which says how the month's score came about."""
    from attrition.report.agent_report import agent_report
    from attrition.report.pages import agent_page

    products = gather_report(workspace, month, agents=[person.agent_id])
    extract = agent_report(products, Runs(workspace).read_optional(month, "survival"), person.agent_id)
    return agent_page(extract, products, lang)


def _content(copy: Any) -> dict[str, Any]:
    """Return everything as plain values; features in words, in both languages."""
    return {
        "staff_number": copy.number,
        "pseudonym": copy.pseudonym,
        "written_on": copy.written_on.isoformat(),
        "objected_since": None if copy.objected_since is None else copy.objected_since.isoformat(),
        "site": copy.site.get("name", ""),
        "words": {feature["name"]: {key: feature[key] for key in ("en", "zh", "unit")} for feature in copy.features},
        "tables": {name: _records(table) for name, table in copy.tables.items()},
        "record": copy.record,
        "models_that_learnt_from_them": [asdict(model) for model in copy.models],
    }


def _records(table: pd.DataFrame) -> Sequence[Mapping[str, Any]]:
    records: list[dict[str, Any]] = json.loads(table.to_json(orient="records", date_format="iso", force_ascii=False))
    return records


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
