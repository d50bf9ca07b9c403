"""The documentation is complete; that every link leads somewhere is the check "docs" (`mkdocs build --strict`)."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
import typer

import attrition
from attrition.cli import app
from attrition.predict.playbook import Playbook
from docs import commands, declarations, hooks, interface
from tests.house.places import REPOSITORY, text

NAV = re.findall(r"^ +- (?:[^:\n]+: )?(\S+\.md)$", text("mkdocs.yml"), flags=re.MULTILINE)
PAGES = sorted(str(path.relative_to(REPOSITORY / "docs")) for path in (REPOSITORY / "docs").rglob("*.md"))


WRITTEN = [
    *sorted(set(hooks.PAGES) - {"CHANGELOG.md"}),
    *(f"docs/{page}" for page in PAGES),
    "attrition/workspace_readme.md",
]


def every_command(group: Any, name: str = "attrition") -> Iterator[tuple[str, Any]]:
    for word, command in group.commands.items():
        yield f"{name} {word}", command
        if hasattr(command, "commands"):
            yield from every_command(command, f"{name} {word}")


def sections(page: str) -> dict[str, str]:
    _, *parts = re.split(r"^#{2,3} (.+)$", page, flags=re.MULTILINE)
    shown: dict[str, str] = defaultdict(str)
    for heading, body in zip(parts[::2], parts[1::2], strict=True):
        shown[heading] += body
    return shown


def test_every_page_is_in_the_navigation_and_the_other_way_round() -> None:
    assert sorted(NAV) == PAGES


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_includes_is_there(page: str) -> None:
    whole = hooks.included(page, text(f"docs/{page}"))
    assert "!include" not in whole
    assert "!generated" not in whole


@pytest.mark.parametrize("file", hooks.PAGES)
def test_a_file_that_has_a_page_is_there(file: str) -> None:
    assert (REPOSITORY / file).is_file()
    assert hooks.PAGES[file] in PAGES


@pytest.mark.parametrize("name", WRITTEN)
def test_the_files_and_modules_that_a_text_names_are_there(name: str) -> None:
    files = re.findall(r"\b(?:attrition|benchmarks|docs|locks|tests)/[\w/]*\w\.\w+", text(name))
    modules = [dotted.replace(".", "/") for dotted in re.findall(r"`(attrition(?:\.[a-z_]+)+)`", text(name))]
    missing = [file for file in files if not (REPOSITORY / file).is_file()]
    assert missing + [module for module in modules if not list(REPOSITORY.glob(f"{module}*"))] == []


def test_the_page_of_commands_names_every_command_with_its_options() -> None:
    shown = sections(commands.page())
    for name, command in every_command(typer.main.get_command(app)):
        options = {} if hasattr(command, "commands") else {o for parameter in command.params for o in parameter.opts}
        assert [option for option in options if option.startswith("-") and f"`{option}`" not in shown[name]] == []


def test_every_key_of_a_declaration_has_a_meaning() -> None:
    keys = [(file, *key) for file, declared in declarations.FILES.items() for key in declarations.keys(declared)]
    assert len(keys) > 150
    assert [key for key in keys if not key[-1]] == []


def test_the_page_of_declarations_names_every_key() -> None:
    shown = sections(declarations.page())
    for file, declared in declarations.FILES.items():
        tables = {heading.strip("`[]") for heading in shown}
        for place, name, _ in declarations.keys(declared):
            heading, path = f"`{place}`" if place else file, f"{place.strip('[]')}.{name}".lstrip(".")
            assert f"| `{name}` |" in shown[heading] or {path, f"{path}.NAME"} & tables, f"{file}: {path}"


def test_the_page_of_the_playbook_names_every_key() -> None:
    named = set(re.findall(r"`\[*([a-z_]+)\]*`", text("models/playbook.md")))
    assert {name for _, name, _ in declarations.keys(Playbook)} - named <= {"interventions"}


def test_the_page_of_python_names_whatever_is_public() -> None:
    public = [name for name in attrition.__all__ if not name.startswith("_")]
    assert sorted(re.findall(r"^::: attrition\.(\w+)$", interface.page(), flags=re.MULTILINE)) == sorted(public)


def test_the_python_in_the_readme_uses_what_is_public() -> None:
    [block] = re.findall(r"```python\n(.*?)```", text("README.md"), flags=re.DOTALL)
    assert {name for name in re.findall(r"\bws\.(\w+)", block) if not hasattr(attrition.Workspace, name)} == set()
    assert "ws." in block


def test_the_pictures_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in (REPOSITORY / "docs" / "pictures").glob("*.png")}
    assert sizes
    assert {name: size for name, size in sizes.items() if size > 150_000} == {}
    assert sum(sizes.values()) < 1_200_000


@pytest.mark.parametrize("name", ["docs/assets/site.css", "docs/assets/iframe-worker.js", "mkdocs.yml"])
def test_nothing_is_fetched_from_elsewhere(name: str) -> None:
    assert "://" not in text(name)
