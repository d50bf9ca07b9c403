"""The house stays small: few root modules, few ties between rooms, a short chain of layers, and no circle."""

from __future__ import annotations

from functools import cache
from graphlib import TopologicalSorter

import grimp

from tests.house.places import PACKAGE

ROOT_MODULES = {"__init__", "cli", "declared", "errors", "jobs", "pipeline", "runs", "workspace"}
"""Everything else lives in a folder."""
TIES, LAYERS = 100, 12
"""Fewer pairs of rooms in which one imports the other, and at most so many layers."""

Imports = dict[str, set[str]]


@cache
def imports() -> Imports:
    """By module, the modules of the package that it imports, for types too; the package's face is left out."""
    graph = grimp.build_graph("attrition", exclude_type_checking_imports=False)
    modules = graph.modules - {"attrition"}
    return {module: graph.find_modules_directly_imported_by(module) & modules for module in modules}


def between_rooms() -> Imports:
    """By room (a folder or a root module), the other rooms that it imports."""
    rooms: Imports = {}
    for module, imported in imports().items():
        room = module.split(".")[1]
        rooms.setdefault(room, set()).update(other.split(".")[1] for other in imported)
    return {room: others - {room} for room, others in rooms.items()}


def test_the_root_holds_the_agreed_modules_and_no_other() -> None:
    assert {path.stem for path in PACKAGE.glob("*.py")} == ROOT_MODULES


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert list(TopologicalSorter(imports()).static_order())


def test_few_rooms_know_each_other() -> None:
    assert sum(map(len, between_rooms().values())) < TIES


def test_the_longest_chain_of_layers_is_short() -> None:
    rooms, floor = between_rooms(), {}
    for room in TopologicalSorter(rooms).static_order():
        floor[room] = 1 + max((floor[other] for other in rooms[room]), default=0)
    assert max(floor.values()) <= LAYERS, floor
