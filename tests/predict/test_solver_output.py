"""Nothing that compiled code prints reaches the terminal; Python's own output does."""

from __future__ import annotations

import ctypes

from attrition.predict.offer_selection import select_offers
from attrition.predict.solver_output import solver_output_discarded
from tests.predict.example_offers import random_offers

C = ctypes.CDLL(None)


def test_lines_printed_by_compiled_code_are_discarded_and_pythons_are_kept(capfd):
    print("before")  # noqa: T201
    with solver_output_discarded():
        C.puts(b"a debugging line")
    C.puts(b"after")
    C.fflush(None)
    assert capfd.readouterr().out == "before\nafter\n"


def test_output_is_restored_where_the_solver_fails(capfd):
    try:
        with solver_output_discarded():
            raise MemoryError
    except MemoryError:
        print("it failed")  # noqa: T201
    assert capfd.readouterr().out == "it failed\n"


def test_selecting_offers_prints_nothing(capfd):
    """HiGHS prints a debugging line while it solves these offers."""
    offers, _, budget = random_offers(2)
    assert len(select_offers(offers, budget=budget).positions)
    C.fflush(None)
    assert capfd.readouterr().out == ""
