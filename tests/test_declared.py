"""Declaration files are refused with the place of each mistake; former keys are refused with what became of them."""

from collections.abc import Mapping
from typing import ClassVar

import pytest
from pydantic import Field

from attrition.declared import Declaration, parse
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
