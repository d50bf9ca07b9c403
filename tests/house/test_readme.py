"""The commands, declarations and links of the README and its companions exist."""

import re
import shlex
import tomllib

import pytest
import typer

from attrition.cli import app
from attrition.data.sources import Sources
from attrition.declared import parse
from tests.house.places import REPOSITORY, text

DOCUMENTS = ("README.md", "pipelines/README.md", "attrition/workspace_readme.md")
COMMANDS = sorted(
    {command.strip() for name in DOCUMENTS for command in re.findall(r"attrition ([a-z-]+(?: [^`#|\n]*)?)", text(name))}
    & {
        command.strip()
        for name in DOCUMENTS
        for command in re.findall(r"(?:^|`)attrition ([a-z][^`#|\n]*)", text(name), re.M)
    }
)


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_exists_with_its_options(line: str) -> None:
    name, *words = shlex.split(line)
    command = typer.main.get_command(app).commands[name]  # type: ignore[attr-defined]
    if words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words[0]]
    options = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("-")} <= options | {"--help"}


def test_the_readme_names_every_command() -> None:
    named = {line.split()[0] for line in COMMANDS}
    assert named == set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


def test_the_declaration_in_the_readme_is_valid() -> None:
    block = re.search(r"```toml\n(.*?)```", text("README.md"), flags=re.DOTALL)
    assert block
    sources = parse(tomllib.loads(block[1]), Sources, where="README.md")
    assert set(sources.tables) == {"snapshots", "exits"}


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "pipelines/README.md"])
def test_no_link_is_broken(name: str) -> None:
    folder = (REPOSITORY / name).parent
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text(name)) if "://" not in link]
    assert [link for link in links if not (folder / link).exists()] == []


def test_the_two_commands_are_targets_of_the_makefile() -> None:
    targets = re.findall(r"^make (\w+)", text("README.md"), flags=re.MULTILINE)
    assert targets == ["demo", "test"]
    assert all(re.search(rf"^{target}:", text("Makefile"), flags=re.MULTILINE) for target in targets)


def test_the_build_machine_runs_the_readmes_test_command() -> None:
    assert text(".ci/run").rstrip().endswith("make test")
