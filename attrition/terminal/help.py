"""Help and complaints about the command line in the terminal's language; what typer itself says included."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import typer
from typer.core import TyperGroup

from attrition.message import Message, recognised
from attrition.terminal.language import translated
from attrition.terminal.log import CommandLog
from attrition.terminal.log_text import complaint_without_words

COMPLAINTS = (
    Message("No such option: {option}"),
    Message("No such option: {option} Did you mean {other}?"),
    Message("No such option: {option} (Possible options: {others})"),
    Message("No such command {name}."),
    Message("No such command {name}. Did you mean {other}?"),
    Message("Missing command."),
    Message("Missing option {option}."),
    Message("Missing argument {argument}."),
    Message("Missing parameter {parameter}."),
    Message("Option {option} requires an argument."),
    Message("Option {option} does not take a value."),
    Message("Got unexpected extra argument ({arguments})"),
    Message("Got unexpected extra arguments ({arguments})"),
    Message("Got unexpected extra argument(s) ({arguments})"),
    Message("Invalid value for {parameter}: {problem}"),
    Message("Invalid value: {problem}"),
    Message("{value} is not a valid integer."),
    Message("{value} is not a valid float."),
    Message("{value} is not a valid boolean."),
    Message("{value} is not one of {choices}."),
    Message("{value} is not in the range {range}."),
)
"""What typer says about a command line that it cannot read, in its own words; the first that fits is used."""
WORDS = (
    Message("Usage: "),
    Message("[OPTIONS]"),
    Message("COMMAND [ARGS]..."),
    Message("Arguments"),
    Message("Options"),
    Message("Commands"),
    Message("Error"),
    Message("Aborted."),
    Message("[required]"),
    Message("[default: {}]"),
    Message("(dynamic)"),
    Message("Try [blue]'{command_path} {help_option}'[/] for help."),
    Message("Show this message and exit."),
)
"""Other words of typer; most of them it looks up itself in the catalogue of the process."""


IN_ENGLISH = "in_english"
"""Attribute of a complaint that holds it as typer said it."""


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a help text, each on one line; those that show a command begin with spaces."""
    return [part if part.startswith(" ") else " ".join(part.split()) for part in text.strip().split("\n\n")]


def help_text(text: str | None) -> str | None:
    """Return a help text in the terminal's language; a text with a paragraph that has no translation as it is."""
    if not text:
        return text
    written = paragraphs(text)
    said = [part if part.startswith(" ") else _breakable(translated(part)) for part in written]
    return text if said == written else "\n\n".join(said)


def _breakable(text: str) -> str:
    """Return a Chinese text with spaces after its commas, since rich cuts a text off that it cannot break anywhere."""
    return re.sub(r"([，；：、。）])(?=[^\s，；：、。）])", r"\1 ", text)


def complaint(text: str) -> str:
    """Return a complaint of typer in the terminal's language; in its own words where it is another.

    Examples
    --------
    >>> complaint("No such option: --as-off")
    'No such option: --as-off'
    """
    said = recognised(text, COMPLAINTS)
    parts = {name: complaint(part) for name, part in said.values.items()}
    return translated(Message(said.template, **parts))


@contextmanager
def complaints_translated() -> Iterator[None]:
    """Let typer's complaints that are raised inside be in the terminal's language."""
    try:
        yield
    except typer.TyperException as error:
        say: Callable[[], str] | None = getattr(error, "format_message", None)
        if say is not None:
            vars(error).setdefault(IN_ENGLISH, say())
            text = complaint(say())
            setattr(error, "format_message", lambda: text)  # noqa: B010 - a method of one error
        raise


def is_log_wanted(ctx: Any) -> bool:
    """Return whether the command line asks for a log."""
    return bool(ctx.find_root().params.get("log_json"))


def complaint_for_log(error: typer.TyperException) -> str:
    """Return a complaint about the command line with names that the command declares, and no word that was typed."""
    command = getattr(getattr(error, "ctx", None), "command", None)
    declared = {name for param in getattr(command, "params", ()) for name in _names(param)}
    say: Callable[[], str] = getattr(error, "format_message", lambda: "")
    text = str(vars(error).get(IN_ENGLISH) or say())
    return complaint_without_words(text, COMPLAINTS, declared=declared)


def _names(param: Any) -> set[str]:
    """Return what an option or argument may be called in a complaint."""
    return {*param.opts, str(param.name).upper(), str(param.metavar)}


@contextmanager
def complaints_logged(ctx: Any) -> Iterator[None]:
    """Let a command line that cannot be read be a line of the log, where the line asks for one."""
    try:
        yield
    except typer.TyperException as error:
        if not is_log_wanted(ctx):
            raise
        path = getattr(getattr(error, "ctx", None), "command_path", "")
        CommandLog(path.partition(" ")[2], None).end(2, error, complaint_for_log(error))
        raise typer.Exit(2) from None


class Translated:
    """A command or group whose help is in the terminal's language; to be inherited beside a class of typer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._translate(self)
        for param in getattr(self, "params", ()):
            self._translate(param)

    @staticmethod
    def _translate(part: Any) -> None:
        for name in ("help", "short_help", "rich_help_panel"):
            if getattr(part, name, None):
                setattr(part, name, help_text(getattr(part, name)))
        for name in ("options_metavar", "subcommand_metavar"):
            if getattr(part, name, None):
                setattr(part, name, translated(getattr(part, name)))

    def get_usage(self, ctx: Any) -> str:
        """Return how the command is written."""
        usage = str(super().get_usage(ctx))  # type: ignore[misc]
        return usage.replace("Usage: ", translated("Usage: "), 1)

    def get_help_option(self, ctx: Any) -> Any:
        """Return the option --help."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        self._translate(option)
        return option


class Group(Translated, TyperGroup):
    """A group of commands."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Read the words before the command."""
        with complaints_translated():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Read the words of the command and run it."""
        with complaints_logged(ctx), complaints_translated():
            return super().invoke(ctx)
