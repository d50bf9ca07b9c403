"""Both languages of every paper say the same: the same headings, gaps, tables, figures and conditions."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.resources import files

import pytest

from attrition.data.people.protection import Mode
from attrition.data.terms import LANGUAGES
from attrition.report.papers.declaration import Answers
from attrition.report.papers.facts import PaperFacts
from attrition.report.papers.markdown import template_source
from attrition.report.papers.pages import PAPERS, paper_page
from attrition.report.papers.tables import TABLES

NAMES = sorted(path.name.split(".")[0] for path in files("attrition.report.papers").joinpath("texts").iterdir())
EVERY_MODE: tuple[Mode, ...] = ("individual", "banded", "group_only")


def shape(name: str, lang: str) -> list[str]:
    """Return headings, kinds of line, tags and values of a template, in a form that no language is in."""
    text = template_source(f"{name}.{lang}.md")
    lines = [re.match(r"(#+ |- |\| |> |\d+\. )?", line)[0].strip() for line in text.splitlines() if line.strip()]  # type: ignore[index]
    tags = re.findall(r"{%.*?%}", text)
    return [*lines, *tags, *sorted(re.findall(r"{{.*?}}", text))]


@pytest.mark.parametrize("name", sorted(set(NAMES)))
def test_both_languages_of_a_paper_have_the_same_shape(name: str) -> None:
    assert shape(name, "en") == shape(name, "zh")


def test_every_text_is_a_paper_of_a_version_or_of_a_request() -> None:
    assert set(PAPERS) <= set(NAMES)


@pytest.mark.parametrize("name", PAPERS)
def test_the_chinese_paper_is_chinese_and_the_english_one_is_not(name: str) -> None:
    for line in re.sub(r"{%.*?%}|{{.*?}}|`[^`]*`", "", template_source(f"{name}.zh.md")).splitlines():
        assert re.search("[一-鿿]", line) or not re.search("[A-Za-z]{4}", line), line
    assert not re.search("[一-鿿]", template_source(f"{name}.en.md"))


@pytest.mark.parametrize("mode", EVERY_MODE)
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_is_written_in_every_mode(facts: PaperFacts, name: str, lang: str, mode: Mode) -> None:
    protection = facts.protection.model_copy(update={"mode": mode})
    page = paper_page(name, replace(facts, protection=protection), lang, langs=LANGUAGES)
    assert "{{" not in page
    assert "{%" not in page
    assert "⟦" not in page
    assert "**" not in page


def test_every_table_stands_in_a_paper() -> None:
    texts = "".join(template_source(f"{name}.en.md") for name in PAPERS)
    assert {name for name in TABLES if f'table("{name}")' not in texts} <= {"duties", "signatures"}  # of the index


def test_every_answer_has_a_place_in_a_paper() -> None:
    texts = "".join(template_source(f"{name}.en.md") for name in PAPERS)
    assert {name for name in Answers.model_fields if f'field("{name}")' not in texts} == set()


def test_what_people_fill_in_stands_in_the_paper_and_as_text(facts: PaperFacts) -> None:
    answers = Answers(controller="Foshan <b>Ltd</b> | *Care*")
    page = paper_page("record", replace(facts, job=facts.job.model_copy(update={"answers": answers})), "en", langs=())
    assert "Foshan &lt;b&gt;Ltd&lt;/b&gt; | *Care*" in page


def test_an_open_answer_is_marked_and_counted(facts: PaperFacts) -> None:
    page = paper_page("record", facts, "en", langs=())
    gaps = page.count("<mark>")
    assert gaps > 3
    assert f"{gaps} places are to be filled in by hand" in page
