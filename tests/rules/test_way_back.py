"""The way back from pseudonyms to people is used where people may be named, and nowhere else."""

from __future__ import annotations

import grimp

ONE_WAY_IN = {
    "attrition.data.people.door",  # gives pseudonyms, and never looks back
    "attrition.data.people.naming",  # by the mark of the key, how people are called
    "attrition.data.people.name_change",  # a new key, or another declaration
    "attrition.steps.way_back",  # the one function for products that name people
}
RIGHTS_OF_ONE_PERSON = {"attrition.ledger.persons", "attrition.steps.erasure"}
"""Who looks up, exports, excludes or erases one person."""
NAMES_PEOPLE = {
    "attrition.steps.evaluation_records",
    "attrition.steps.explain",
    "attrition.steps.pilot_brought",
    "attrition.steps.pilot_design",
    "attrition.steps.plan",
    "attrition.steps.presence_files",
    "attrition.steps.recipients",
    "attrition.steps.report_content",
    "attrition.steps.what_if",
}
"""One agent's page, the lists of pilots, plan and who is gone, the editions of HR partners and of the head of quality
assurance (who evaluated), and what somebody types or declares."""


def importers_of(module: str) -> set[str]:
    graph = grimp.build_graph("attrition", exclude_type_checking_imports=False)
    return graph.find_modules_that_directly_import(module)


def test_pseudonyms_are_opened_at_the_door_and_by_the_one_function_that_looks_back() -> None:
    importers = importers_of("attrition.data.people.pseudonyms")
    assert ONE_WAY_IN <= importers <= ONE_WAY_IN | RIGHTS_OF_ONE_PERSON


def test_only_what_names_people_for_hr_looks_back() -> None:
    assert importers_of("attrition.steps.way_back") == NAMES_PEOPLE


def test_the_file_of_the_way_back_is_opened_by_its_own_folder_and_by_the_rights_of_one_person() -> None:
    outside = {name for name in importers_of("attrition.data.people.people_file") if ".data.people." not in name}
    assert outside <= RIGHTS_OF_ONE_PERSON
