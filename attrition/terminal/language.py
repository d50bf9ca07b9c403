"""The language of the terminal: the centre's, else the machine's; the process holds it in LANGUAGE, as gettext does."""

from __future__ import annotations

import gettext
import locale
import os
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.message import CATALOGUES, DOMAIN, catalogue_of, in_words, message
from attrition.workspace import SOURCES

if TYPE_CHECKING:
    from attrition.data.terms import Language

VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
"""What names the language of a machine, the first that is set."""
MAKING_WORKSPACES = ("demo", "init")
"""Commands that make a workspace, which has nothing to do with the folder in which they are called."""


def begin(arguments: Sequence[str]) -> None:
    """Let this process speak the language of the workspace it is about, and the words of libraries too.

    To be called before the first of them looks up a word.
    """
    os.environ["LANGUAGE"] = language_of(folders_of(arguments), os.environ)
    gettext.bindtextdomain(DOMAIN, CATALOGUES)
    gettext.textdomain(DOMAIN)


def folders_of(arguments: Sequence[str]) -> list[Path]:
    """Return the folders that may be the workspace of a command: those that it names, then the one it is called in.

    Examples
    --------
    >>> [path.as_posix() for path in folders_of(["check", "--workspace=centre"])]
    ['check', 'centre', '.']
    >>> [path.as_posix() for path in folders_of(["demo", "small"])]
    ['demo', 'small']
    """
    named = [Path(word.partition("=")[2] or word) for word in arguments]
    return named if arguments and arguments[0] in MAKING_WORKSPACES else [*named, Path()]


def language_of(folders: Iterable[Path], environment: Mapping[str, str]) -> str:
    """Return "zh" or "en": the language that the first workspace among some folders declares, else the machine's.

    Parameters
    ----------
    folders : iterable of Path
        Folders that may be workspaces.
    environment : mapping
        Of which the first of `VARIABLES` that is set counts; else the language of the operating system.

    Examples
    --------
    >>> [language_of([], {"LANG": name}) for name in ("zh_CN.UTF-8", "C.UTF-8")]
    ['zh', 'en']
    """
    declared = next(filter(None, map(_declared_language, folders)), None)
    if declared is None:
        declared = next((environment[name] for name in VARIABLES if environment.get(name)), None)
    if declared is None:
        declared = locale.getlocale()[0] or ""
    return "zh" if declared.lower().startswith(("zh", "chinese")) else "en"


def translated(text: str) -> str:
    """Return a text of the terminal in its language; one that the catalogue does not hold as it is."""
    return in_words(message(text), catalogue_of(*os.environ.get("LANGUAGE", "en").split(":")))


def spoken() -> Language:
    """Return the language that the terminal speaks."""
    return "zh" if os.environ.get("LANGUAGE", "").startswith("zh") else "en"


def _declared_language(folder: Path) -> str | None:
    """Return what `[site] language` of a workspace says; null where the folder is none, or its file cannot be read."""
    try:
        content = tomllib.loads((folder / SOURCES).read_text(encoding="utf-8-sig"))
        return str(content["site"]["language"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
