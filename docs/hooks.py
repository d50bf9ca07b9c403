"""What MkDocs does with a page before it is laid out: text that stands elsewhere is included, references are generated.

A line ``!include FILE`` is replaced by that Markdown file of the repository, ``!include FILE # HEADING`` by the section
under that heading, without the heading itself; ``!generated alarms``, ``commands``, ``declarations``, ``duties`` and
``interface`` by what the code says of itself. Links in what is included lead to the page that holds the file; a file
that no page holds is named without a link.
"""

from __future__ import annotations

import posixpath
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]  # the package and docs/ as they stand here, whatever is installed

PAGES = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "DATA_DICTIONARY.md": "reference/tables.md",
    "GLOSSARY.md": "glossary.md",
    "attrition/pipeline.py": "reference/pipeline.md",
    "benchmarks/README.md": "benchmarks.md",
    "models/playbook.md": "playbook.md",
    "models/resignation.md": "model.md",
    "models/resignation.zh.md": "model-zh.md",
    "pipelines/README.md": "it.md",
}
"""Which page holds a file of the repository; links to the file lead there."""

INCLUDE = re.compile(r"^!include (\S+)(?: # (.+))?$", re.MULTILINE)
GENERATED = re.compile(r"^!generated (\w+)$", re.MULTILINE)
LINK = re.compile(r"(!?)\[([^\]]*)\]\((?!\w+:|#)([^)\s#]+)(#[^)\s]*)?\)")
CHINESE = re.compile(r"(?<=[.:;)])\n(?=[\u4e00-\u9fff])")
"""Where a sentence in Chinese follows one in English: it begins a line of its own."""
FENCE = re.compile(r"(^```.*?^```|^    .*?$|`[^`\n]+`)", re.MULTILINE | re.DOTALL)


def section(text: str, heading: str) -> str:
    r"""Return the text under a heading, to the next heading of its level or above, without the heading.

    Under the title of a file it ends at the first heading: what is returned is the introduction.

    Examples
    --------
    >>> section("# A\n\n## B\nb\n### C\nc\n## D\nd\n", "B")
    'b\n### C\nc\n'
    """
    begin = re.search(rf"^(#+) {re.escape(heading)}\n", text, flags=re.MULTILINE)
    if begin is None:
        raise ValueError(f"no heading {heading!r}")
    levels = "1,6" if begin[1] == "#" else f"1,{len(begin[1])}"
    following = re.compile(rf"^#{{{levels}}} ", re.MULTILINE)
    end = following.search(_without_code(text), begin.end())
    return text[begin.end() : end.start() if end else len(text)]


def relinked(text: str, *, source: str, page: str) -> str:
    """Return the text with links as they must read on the page, where they were written for the repository.

    Examples
    --------
    >>> relinked("see [tables](../DATA_DICTIONARY.md#pay)", source="models/x.md", page="reference/y.md")
    'see [tables](tables.md#pay)'
    >>> relinked("see [tests](tests/)", source="README.md", page="index.md")
    'see `tests`'
    """

    def link(match: re.Match[str]) -> str:
        mark, words, target, anchor = match.groups()
        place = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
        goal = place.removeprefix("docs/") if place.startswith("docs/") else PAGES.get(place)
        if goal is None:
            return words if "`" in words else f"`{words}`"
        return f"{mark}[{words}]({posixpath.relpath(goal, posixpath.dirname(page) or '.')}{anchor or ''})"

    parts = FENCE.split(text)
    return "".join(part if index % 2 else CHINESE.sub("  \n", LINK.sub(link, part)) for index, part in enumerate(parts))


def included(page: str, text: str) -> str:
    """Return the text of a page with everything included and generated in its place."""

    def file(match: re.Match[str]) -> str:
        content = (ROOT / match[1]).read_text(encoding="utf-8")
        return relinked(section(content, match[2]) if match[2] else content, source=match[1], page=page)

    def generated(match: re.Match[str]) -> str:
        from docs import alarms, commands, declarations, duties, interface

        modules = (alarms, commands, declarations, duties, interface)
        pages = {module.__name__.rpartition(".")[2]: module for module in modules}
        return pages[match[1]].page()

    return GENERATED.sub(generated, INCLUDE.sub(file, text))


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Put in what a page includes; MkDocs calls this for each page."""
    return included(page.file.src_uri, markdown)


def _without_code(text: str) -> str:
    """Blank fenced code, so that a remark in it is not taken for a heading; places stay as they are."""
    return re.sub(r"^```.*?^```", lambda code: " " * len(code[0]), text, flags=re.MULTILINE | re.DOTALL)
