"""The package stays small: few root modules, few imports between folders, a short chain of layers, and no cycle."""

from __future__ import annotations

from functools import cache
from graphlib import TopologicalSorter

import grimp

from tests.house.places import PACKAGE

ROOT_MODULES = {"__main__", "__init__", "cli", "declared", "errors", "jobs", "message", "pipeline", "runs", "workspace"}
"""Everything else lives in a folder."""
IMPORT_EDGES, LAYERS = 100, 14
"""Pairs of folders or root modules in which one imports the other must be fewer; layers may be as many."""

Imports = dict[str, set[str]]


@cache
def imports() -> Imports:
    """By module, the modules of the package that it imports, for types too; ``attrition/__init__.py`` is left out."""
    graph = grimp.build_graph("attrition", exclude_type_checking_imports=False)
    modules = graph.modules - {"attrition"}
    return {module: graph.find_modules_directly_imported_by(module) & modules for module in modules}


def between_folders() -> Imports:
    """By folder or root module, the others that it imports."""
    folders: Imports = {}
    for module, imported in imports().items():
        folder = module.split(".")[1]
        folders.setdefault(folder, set()).update(other.split(".")[1] for other in imported)
    return {folder: others - {folder} for folder, others in folders.items()}


def test_the_root_holds_the_agreed_modules_and_no_other() -> None:
    assert {path.stem for path in PACKAGE.glob("*.py")} == ROOT_MODULES


def test_no_modules_import_each_other_in_a_cycle() -> None:
    assert list(TopologicalSorter(imports()).static_order())


def test_few_folders_import_each_other() -> None:
    assert sum(map(len, between_folders().values())) < IMPORT_EDGES


def test_the_longest_chain_of_layers_is_short() -> None:
    folders, layers = between_folders(), {}
    for folder in TopologicalSorter(folders).static_order():
        layers[folder] = 1 + max((layers[other] for other in folders[folder]), default=0)
    assert max(layers.values()) <= LAYERS, layers
