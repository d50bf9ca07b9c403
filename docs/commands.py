"""The reference of commands, generated from the app that a terminal runs."""

from __future__ import annotations

import re
from typing import Any

import typer

KINDS = {"int": "NUMBER", "int range": "NUMBER", "float": "NUMBER", "str": "TEXT", "path": "PATH"}


def page() -> str:
    """Return one Markdown section for each command, in the order of `attrition --help`, grouped as there."""
    from attrition.cli import app

    root = typer.main.get_command(app)
    groups: dict[str, list[str]] = {}
    for name, command in root.commands.items():  # type: ignore[attr-defined]
        groups.setdefault(getattr(command, "rich_help_panel", None) or "Other", []).extend(_sections(name, command))
    return "\n\n".join(f"## {group}\n\n" + "\n\n".join(sections) for group, sections in groups.items())


def _sections(name: str, command: Any) -> list[str]:
    """Return the section of a command, or of a group and each command in it."""
    inner = getattr(command, "commands", {})
    return [_section(name, command), *(_section(f"{name} {each}", inner[each]) for each in inner)]


def _section(name: str, command: Any) -> str:
    description, _, examples = _plain(command.help or "").partition("For example:")
    parts = [f"### attrition {name}", description.strip()]
    if not getattr(command, "commands", {}):
        parts += [f"```text\n{_usage(name, command)}\n```", *_options(command)]
    lines = [line.strip() for line in examples.splitlines() if line.strip()]
    if lines:
        parts.append("For example:\n\n```sh\n" + "\n".join(lines) + "\n```")
    return "\n\n".join(parts)


def _usage(name: str, command: Any) -> str:
    words = [_word(parameter) for parameter in command.params if not _is_option(parameter)]
    options = ["[OPTIONS]"] if any(map(_is_option, command.params)) else []
    return " ".join(["attrition", name, *options, *words])


def _word(parameter: Any) -> str:
    word = (parameter.metavar or parameter.name.upper()).strip("[]")
    return word if parameter.required else f"[{word}]"


def _options(command: Any) -> list[str]:
    context = typer.Context(command)
    rows = [_row(parameter, context) for parameter in command.params if not getattr(parameter, "hidden", False)]
    return ["| | meaning | default |\n|---|---|---|\n" + "\n".join(rows)] if rows else []


def _row(parameter: Any, context: typer.Context) -> str:
    if _is_option(parameter):
        named = ", ".join(f"`{option}`" for option in [*parameter.opts, *parameter.secondary_opts])
        value = "" if parameter.is_flag else f" `{_metavar(parameter, context)}`"
    else:
        named, value = f"`{_word(parameter)}`", ""
    return f"| {named}{value} | {_cell(parameter.help)} | {_default(parameter)} |"


def _metavar(parameter: Any, context: typer.Context) -> str:
    """Return what stands for the value: its name, its choices or its kind."""
    shown = str(parameter.metavar or parameter.display_type(context)).strip("<>[]").removeprefix("list[")
    return KINDS.get(shown, shown.replace("|", "/"))


def _default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    value = parameter.default
    if value is None or value == () or getattr(parameter, "is_flag", False):
        return ""
    text = str(getattr(value, "value", value))
    return "the folder you are in" if parameter.name == "workspace" and text == "." else f"`{text}`"


def _is_option(parameter: Any) -> bool:
    return parameter.param_type_name == "option"


def _plain(help_text: str) -> str:
    """Turn the markup of the terminal into Markdown."""
    text = re.sub(r"\[/?bold\]", "**", help_text).replace("\b", "")
    return re.sub(r"[\w/.]*<\w+>[\w/]*", r"`\g<0>`", text)


def _cell(text: str | None) -> str:
    return _plain(text or "").replace("|", "\\|").replace("\n", " ").strip()
