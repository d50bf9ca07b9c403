"""A number that lacks zeros, capitals or a prefix is recognised; nobody whose digits differ is ever named."""

from __future__ import annotations

import pytest

from attrition.data.people.near_numbers import near_numbers

ROSTER = ["0010754", "0010745", "0010755", "E00012", "F00012", "e00099", "张00031"]


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("10754", ["0010754"]),
        ("010754", ["0010754"]),
        ("10754.0", ["0010754"]),
        ("１０７５４", ["0010754"]),
        ("E10754", ["0010754"]),
        ("12", ["E00012", "F00012"]),
        ("f12", ["F00012"]),
        ("E-99", ["e00099"]),
        ("31", ["张00031"]),
    ],
)
def test_a_number_is_recognised(typed: str, near: list[str]) -> None:
    assert near_numbers(typed, ROSTER) == near


@pytest.mark.parametrize("typed", ["1075", "10744", "107540", "", "0", "E", "G12"])
def test_nobody_else_is_named(typed: str) -> None:
    assert near_numbers(typed, ROSTER) == []


def test_a_number_that_fits_many_names_nobody() -> None:
    assert near_numbers("7", [f"{letter}07" for letter in "ABCD"]) == []
