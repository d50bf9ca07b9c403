"""Pseudonyms: keyed, the same each time, found back only through one protected file, and nothing left of the erased."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from attrition.data.people.people_file import people_file
from attrition.data.people.people_key import VARIABLE, key_file
from attrition.data.people.pseudonyms import LENGTH, Pseudonyms
from attrition.errors import AttritionError, UserError

NUMBERS = ["7654321", "007", "1E5", "张三"]
KEY = {VARIABLE: "a key that is long enough for a test"}
OTHER = {VARIABLE: "another key that is long enough for a test"}


def test_a_pseudonym_is_a_short_text_that_no_tool_reads_as_a_number(tmp_path: Path) -> None:
    pseudonyms = Pseudonyms.open(tmp_path, environment=KEY)
    made = [pseudonyms.pseudonym(f"{number}") for number in range(2000)]
    assert len(set(made)) == 2000
    assert all(len(one) == LENGTH and one.startswith("p") and one.isascii() and one == one.lower() for one in made)


def test_the_same_key_gives_the_same_pseudonyms_and_another_key_others(tmp_path: Path) -> None:
    one, again = (Pseudonyms.open(tmp_path / name, environment=KEY) for name in "ab")
    other = Pseudonyms.open(tmp_path / "c", environment=OTHER)
    assert [one.pseudonym(number) for number in NUMBERS] == [again.pseudonym(number) for number in NUMBERS]
    assert not {one.pseudonym(number) for number in NUMBERS} & {other.pseudonym(number) for number in NUMBERS}


def test_staff_numbers_are_found_back_as_they_were_written(tmp_path: Path) -> None:
    pseudonyms = Pseudonyms.open(tmp_path, environment={})
    pseudonyms.record(NUMBERS)
    column = pd.Series([*map(pseudonyms.pseudonym, NUMBERS), "nobody"])
    assert Pseudonyms.open(tmp_path, environment={}).staff_numbers(column).tolist() == [*NUMBERS, "nobody"]
    assert pseudonyms.staff_number("nobody") is None


def test_the_key_and_the_way_back_are_for_their_owner_alone(tmp_path: Path) -> None:
    Pseudonyms.open(tmp_path, environment={}).record(NUMBERS)
    paths = (tmp_path / "people", key_file(tmp_path), people_file(tmp_path))
    assert [f"{path.stat().st_mode & 0o777:o}" for path in paths] == ["700", "600", "600"]


def test_a_key_in_the_environment_is_written_nowhere(tmp_path: Path) -> None:
    Pseudonyms.open(tmp_path, environment=KEY).record(NUMBERS)
    assert [path.name for path in (tmp_path / "people").iterdir()] == ["people.sqlite"]
    assert KEY[VARIABLE].encode() not in people_file(tmp_path).read_bytes()


def test_another_key_than_the_one_used_is_refused(tmp_path: Path) -> None:
    Pseudonyms.open(tmp_path, environment=KEY).record(NUMBERS)
    with pytest.raises(UserError, match="pseudonyms rotate"):
        Pseudonyms.open(tmp_path, environment=OTHER)


def test_a_lost_key_is_not_replaced_in_silence(tmp_path: Path) -> None:
    Pseudonyms.open(tmp_path, environment={}).record(NUMBERS)
    key_file(tmp_path).unlink()
    with pytest.raises(UserError, match="there is no key"):
        Pseudonyms.open(tmp_path, environment={})


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="too short"):
        Pseudonyms.open(tmp_path, environment={VARIABLE: "secret"})


def test_of_somebody_who_was_erased_the_file_holds_neither_number_nor_pseudonym(tmp_path: Path) -> None:
    pseudonyms = Pseudonyms.open(tmp_path, environment={})
    pseudonyms.record(NUMBERS)
    assert b"7654321" in people_file(tmp_path).read_bytes()
    pseudonyms.forget("7654321")
    content = people_file(tmp_path).read_bytes()
    assert b"7654321" not in content
    assert pseudonyms.pseudonym("7654321").encode() not in content


def test_somebody_who_was_erased_is_not_recorded_again(tmp_path: Path) -> None:
    pseudonyms = Pseudonyms.open(tmp_path, environment={})
    pseudonyms.forget("7654321")
    pseudonyms.record(NUMBERS)
    assert pseudonyms.erased(NUMBERS) == {"7654321"}
    assert sorted(pseudonyms.way_back().values()) == sorted(NUMBERS[1:])


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "people").mkdir()
    people_file(tmp_path).write_bytes(b"no database at all, but long enough to be looked at " * 10)
    with pytest.raises(AttritionError, match=r"people.people\.sqlite cannot be used"):
        Pseudonyms.open(tmp_path, environment=KEY)
