"""Commands that write papers: those of a version, the report of a quarter, and an explanation for one person."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from attrition.message import Message, counted
from attrition.terminal import console
from attrition.terminal.command import HERE, Agent, Command, Folder, Language, Month, languages, out, show, steps
from attrition.terminal.help import Group

By = Annotated[str, typer.Option("--by", help="Who has them written; stands in the papers.")]
Lang = Annotated[Language | None, typer.Option(help="Language of the papers; else as in monthly.toml.")]

app = typer.Typer(name="papers", cls=Group, no_args_is_help=True, rich_markup_mode="rich")


@app.callback()
def papers() -> None:
    """Write papers for those who must agree: of a version, of a quarter, and for one person. They are not legal advice.

    For example:

        attrition papers write

        attrition papers quarter 2026-Q3
    """


@app.command(cls=Command)
def write(
    version: Annotated[str | None, typer.Option(help="The version; else the one in use.")] = None,
    by: By = "",
    lang: Lang = None,
    workspace: Folder = HERE,
) -> None:
    """Write the papers of a version from its runs: documentation, instructions, assessment, record, notices, agreement.

    Reads pipelines/papers.toml, where people fill in what no program knows; leaves papers/<version>/ with one page and
    PDF for each paper and language, and an index. A retrain writes the pages too, before it decides.

    For example:

        attrition papers write

        attrition papers write --version 3 --by "Li Na" --lang zh
    """
    from attrition.steps.papers import Writing

    writing = Writing(datetime.now(UTC).date(), by)
    with steps() as (pipeline, progress):
        products = pipeline.papers(workspace, version, writing, langs=languages(lang), progress=progress)
    _show_papers(products)


@app.command(cls=Command)
def quarter(
    name: Annotated[str, typer.Argument(metavar="YYYY-QN", help="The quarter, such as 2026-Q3.")],
    by: By = "",
    lang: Lang = None,
    workspace: Folder = HERE,
) -> None:
    """Write the report of a quarter to the works council: what was run, whether it was right, who was looked at.

    Leaves papers/<quarter>/. It holds groups only.

    For example:

        attrition papers quarter 2026-Q3
    """
    from attrition.steps.papers import Writing

    writing = Writing(datetime.now(UTC).date(), by)
    with steps() as (pipeline, progress):
        products = pipeline.quarter_paper(workspace, name, writing, langs=languages(lang), progress=progress)
    console.show_products(out, products, "hand it to the works council")


@app.command(cls=Command)
def person(agent: Agent, as_of: Month, lang: Lang = None, workspace: Folder = HERE) -> None:
    """Write how an estimate came about, in plain words, for the person it is about.

    The month must have been scored. Leaves one page per language in reports/<month>/agents/, without data of others.

    For example:

        attrition papers person 0012345 --as-of 2026-10
    """
    with steps() as (pipeline, progress):
        products = pipeline.person_paper(workspace, agent, as_of, langs=languages(lang), progress=progress)
    console.show_products(out, products, "hand it to the person, and to nobody else")


def _show_papers(products: list[Path]) -> None:
    """Say until when the papers hold, and what is left to fill in."""
    record = json.loads(products[1].read_text(encoding="utf-8"))
    stamp = Message("valid for version {version} until {day}", version=record["version"], day=record["valid_until"])
    gaps = len(record["open_answers"])
    left = counted("{count} answer is left to fill in", "{count} answers are left to fill in", gaps)
    show(["", stamp, *([left] if gaps else []), ""])
    fill_in = Message(
        "fill in [answers] in pipelines/papers.toml, write the papers again, and have them checked and signed"
    )
    console.show_products(out, products, fill_in if gaps else Message("have them checked and signed"))
