"""The checker of contradictions finds each kind of them, on pages of a few lines."""

from __future__ import annotations

import pytest

from tests.agreement import editions, languages, workbooks
from tests.agreement.pages import Page, read_page

PLAIN = '<th scope="col">{}</th>'
FIGURES = '<th scope="col" class="n">{}</th>'

DRIVERS = {"drivers": "Pay_against_the_market", "movements": "Base_pay_over_market"}


def page(*rows: str, section: str = "expected", head: str = "Unit Level Headcount", sentence: str = "") -> Page:
    """A page with one table, its cells separated by spaces; the last column holds figures."""
    *names, last = head.split()
    headings = "".join(PLAIN.format(name) for name in names) + FIGURES.format(last)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row.split())}</tr>" for row in rows)
    table = f"<table><thead><tr>{headings}</tr></thead><tbody>{body}</tbody></table>"
    return read_page(f'<section id="{section}"><p>{sentence}</p>{table}</section>')


def test_a_figure_that_differs_between_languages_is_found() -> None:
    english, chinese = page("Foshan Site 515"), page("佛山 职场 516", head="单位 层级 在岗人数")
    assert list(languages.contradictions(english, chinese)) == [
        "expected: the table of Unit says '515' in English and '516' in Chinese"
    ]


def test_a_sentence_with_another_number_is_found() -> None:
    english, chinese = page(sentence="20 of 110 (18%)"), page(sentence="110人中21人（18%）")
    assert [sentence.partition(": ")[2] for sentence in languages.contradictions(english, chinese)] == [
        "its sentences say [20.0] in English only",
        "its sentences say [21.0] in Chinese only",
    ]


@pytest.mark.parametrize(("stored", "contradictions"), [(515, 0), (514, 1), (None, 0)])
def test_a_workbook_with_another_figure_is_found(stored: int | None, contradictions: int) -> None:
    english, chinese = page("Foshan Site 515"), page("Foshan 职场 515", head="单位 层级 在岗人数")
    sheet = [("Unit 单位", "Level 层级", "Headcount 在岗人数"), ("Foshan", "Site 职场", stored)]
    assert len(list(workbooks.contradictions(english, chinese, {"Expected": sheet}))) == contradictions
    assert workbooks.compared(english, chinese, {"Expected": sheet}) == 1


@pytest.mark.parametrize(("sentence", "contradictions"), [("", 1), ("Amounts are rounded.", 0)])
def test_parts_that_do_not_add_up_are_found_unless_a_sentence_says_that_they_are_rounded(
    sentence: str, contradictions: int
) -> None:
    costs = page("Recruiting 12", "Training 17", "Sum 30", section="costs", head="Part Amount", sentence=sentence)
    assert len(list(editions.sums(costs, "en"))) == contradictions


def test_one_name_of_two_figures_is_found() -> None:
    expected, funnel = page("Foshan Site 27"), page("Foshan Site 122", section="funnel")
    both = Page({**expected.sections, **funnel.sections})
    assert len(list(editions.contradictions({"centre": both}, "en"))) == 1


def test_one_driver_of_two_names_is_found() -> None:
    head = "What_it_is Lever Agents_raised"
    sections = {name: page(f"{what} Pay 201", section=name, head=head).sections[name] for name, what in DRIVERS.items()}
    for section in sections.values():
        section.tables[0].headings[:] = ["What it is", "Lever", "Agents raised by 1 point or more"]
    assert len(list(editions.contradictions({"centre": Page(sections)}, "en"))) == 1
