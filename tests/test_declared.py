"""Declaration files are refused with the place of each mistake; former keys are refused with what became of them."""

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import Field

from attrition.declared import Declaration, parse, read_text
from attrition.errors import DeclarationError


class Criteria(Declaration):
    renamed: ClassVar[Mapping[str, str]] = {"lift": "precision_lift"}
    retired: ClassVar[Mapping[str, str]] = {"refit": "every fit does it"}

    precision_lift: float = 2.0


class Specification(Declaration):
    renamed: ClassVar[Mapping[str, str]] = {"bar": "promotion"}

    promotion: Criteria = Criteria()
    fallback: Criteria | None = None
    steps: tuple[Criteria, ...] = ()
    sites: dict[str, Criteria] = Field(default_factory=dict)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"bar": {}}, "bar is now called promotion"),
        ({"promotion": {"lift": 2}}, "promotion.lift is now called precision_lift"),
        (
            {"promotion": {"refit": True}},
            "promotion.refit has no use any more, since every fit does it; delete the line",
        ),
        ({"fallback": {"lift": 2}}, "fallback.lift is now called precision_lift"),
        ({"steps": [{}, {"lift": 2}]}, "steps.1.lift is now called precision_lift"),
        ({"sites": {"promotion": {"lift": 2}}}, "sites.promotion.lift is now called precision_lift"),
    ],
)
def test_a_former_key_is_refused_with_what_became_of_it(content: dict[str, object], message: str) -> None:
    with pytest.raises(DeclarationError) as error:
        parse(content, Specification, where="model.toml")
    assert str(error.value) == f"model.toml: {message}"


def test_a_key_renamed_in_one_table_is_unknown_in_another() -> None:
    with pytest.raises(DeclarationError, match=r"model\.toml: promotion\.bar is not a known key$"):
        parse({"promotion": {"bar": 1}}, Specification, where="model.toml")


def test_a_misspelt_key_in_a_list_of_tables_is_refused_with_the_nearest_key() -> None:
    with pytest.raises(DeclarationError, match=r'steps\.0\.precision_lft .*did you mean "precision_lift"\?'):
        parse({"steps": [{"precision_lft": 2}]}, Specification, where="model.toml")


def test_every_mistake_of_a_file_is_reported_at_once() -> None:
    with pytest.raises(DeclarationError, match=r"promotion\.precision_lift: .*; bar is now called promotion"):
        parse({"bar": {}, "promotion": {"precision_lift": "high"}}, Specification, where="model.toml")


@pytest.mark.parametrize(
    ("line", "cure"),
    [
        ("path = “exports/a.csv”", 'write straight quotation marks " instead of “ and ”'),
        ('path ＝ "exports/a.csv"', "write = instead of the full-width ＝"),
        ('path = "exports\\离职.csv"', "write / instead of \\ in a path"),
        ('path = "exports\\new.csv"', "a backslash and a letter mean something else; write / instead of \\"),
        ('unused = ["备注"，"姓名"]', "write a comma , instead of the full-width ，"),
        ("【tables.pay】", "write [ and ] instead of full-width brackets"),
    ],
)
def test_what_an_editor_puts_into_a_file_has_a_cure_in_one_line(tmp_path: Path, line: str, cure: str) -> None:
    (tmp_path / "sources.toml").write_text(f"[tables.exits]\n{line}\n", encoding="utf-8")
    with pytest.raises(DeclarationError) as raised:
        read_text(tmp_path / "sources.toml")
    assert str(raised.value) == f"{tmp_path / 'sources.toml'}, line 2: {cure}"


def test_a_tab_that_is_meant_is_no_lost_backslash(tmp_path: Path) -> None:
    text = '[tables.exits]\npath = "a.csv"\ndelimiter = "\\t"\n'
    (tmp_path / "sources.toml").write_text(text, encoding="utf-8")
    assert read_text(tmp_path / "sources.toml") == text


def test_a_file_saved_in_gbk_says_how_to_save_it(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_bytes('"工号" = "agent_id"\n'.encode("gbk"))
    with pytest.raises(
        DeclarationError, match=r"saved in GBK \(ANSI\); open it in Notepad, choose Save As, encoding UTF-8"
    ):
        read_text(tmp_path / "sources.toml")
