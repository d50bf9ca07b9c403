"""The risk register claims no guard that nothing holds."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from attrition.data.people.protection import Protection
from attrition.report.formatter import Formatter
from attrition.report.papers.facts import PaperFacts
from attrition.report.papers.risks import ALWAYS, Guard, read_risks
from attrition.report.papers.tables import TABLES
from attrition.report.translations import translations
from attrition.steps.papers import guards
from tests.house.places import text

ALL_GUARDS = [guard for risk in read_risks() for guard in risk.guards]


@pytest.mark.parametrize("guard", ALL_GUARDS, ids=lambda guard: guard.test.partition("::")[2])
def test_the_test_that_holds_a_guard_exists(guard: Guard) -> None:
    file, _, name = guard.test.partition("::")
    assert re.search(rf"^def {name}\(", text(file), re.M)


def test_a_guard_needs_what_a_workspace_can_have() -> None:
    assert {guard.needs for guard in ALL_GUARDS} <= {
        ALWAYS,
        *guards(Path("a-workspace"), Protection(), has_audit=False),
    }


def test_a_guard_that_is_not_in_use_is_named_as_such_and_its_test_is_not_listed(facts: PaperFacts) -> None:
    formatter = Formatter(translations("en"), "CNY")
    guard = next(guard for guard in ALL_GUARDS if guard.needs == "audit_attributes")
    used, unused = (replace(facts, in_use=frozenset(names)) for names in (["audit_attributes"], []))
    assert f"not in use here: {guard.en}" not in TABLES["risks"](used, formatter)
    assert f"not in use here: {guard.en}" in TABLES["risks"](unused, formatter)
    name = guard.test.rpartition("::")[2].replace("_", " ")
    assert name in TABLES["tests_of_guards"](used, formatter)
    assert name not in TABLES["tests_of_guards"](unused, formatter)
