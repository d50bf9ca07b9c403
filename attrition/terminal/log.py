"""What a command does as lines of JSON on standard error, for programs: one object a line, and nothing about a person.

A step is named by the template in the program's own code, with its numbers beside it; an error by the line that people
read, which never holds a row's content. What was typed, and what libraries say, is left out.
"""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from attrition import __version__
from attrition.errors import DataError
from attrition.terminal.log_text import counts_of, template_of, without_typed_words

if TYPE_CHECKING:
    from attrition.data.progress import Progress
    from attrition.message import Message

OPTION = "--log-json"
ALWAYS = ("time", "level", "event", "run", "command", "workspace", "workspace_id")
"""Keys of every line."""
EVENTS: Mapping[str, tuple[str, ...]] = {
    "command_started": ("attrition",),
    "step_started": ("step", "counts"),
    "step_done": ("step", "counts", "seconds"),
    "fault": ("table", "column", "rule", "rows", "severity"),
    "finding": ("topic", "state", "sentence"),
    "library": ("logger", "sentence"),
    "command_done": ("exit_code", "seconds", "steps", "products"),
    "command_refused": ("exit_code", "seconds", "error", "sentence"),
    "command_failed": ("exit_code", "seconds", "error", "sentence"),
    "command_stopped": ("exit_code", "seconds"),
}
"""Every event, and the keys that its line has besides."""
Level = Literal["info", "warning", "error"]
REFUSED, BUSY, STOPPED = 2, 3, 130

_log: ContextVar[CommandLog | None] = ContextVar("log", default=None)


class CommandLog:
    """The lines of one command.

    Parameters
    ----------
    command : str
        Its words, such as "models list".
    workspace : Path, optional
        The folder it is about.
    """

    def __init__(self, command: str, workspace: Path | None) -> None:
        self._always = {"run": secrets.token_hex(4), "command": command, **_named(workspace)}
        self._began, self._steps, self._has_ended = time.monotonic(), 0, False
        self.products = 0

    def write(self, event: str, level: Level = "info", **values: Any) -> None:
        """Write one line; values that the event does not have are a mistake of the program."""
        assert set(values) == set(EVENTS[event]), event
        now = datetime.now().astimezone().isoformat(timespec="milliseconds")
        line = {"time": now, "level": level, "event": event, **self._always, **values}
        sys.stderr.write(json.dumps(line, ensure_ascii=False) + "\n")
        sys.stderr.flush()

    def begin(self) -> None:
        """Write that the command begins."""
        self.write("command_started", attrition=__version__)

    @contextmanager
    def steps(self) -> Iterator[Progress]:
        """Write when each step begins and ends; one that was broken off has no end."""
        running: list[tuple[dict[str, Any], float]] = []

        def end() -> None:
            if running:
                step, since = running.pop()
                self.write("step_done", **step, seconds=_since(since))
                self._steps += 1

        def begin(step: str) -> None:
            end()
            running.append(({"step": template_of(step), "counts": counts_of(step)}, time.monotonic()))
            self.write("step_started", **running[0][0])

        yield begin
        end()

    def end(self, exit_code: int, error: BaseException | None = None, sentence: str = "") -> None:
        """Write how the command ended; the first time counts."""
        if self._has_ended:
            return
        self._has_ended, seconds = True, _since(self._began)
        if exit_code == STOPPED:
            self.write("command_stopped", "warning", exit_code=exit_code, seconds=seconds)
        elif exit_code in (1, REFUSED, BUSY):
            event = "command_failed" if exit_code == 1 else "command_refused"
            kind = "" if error is None else type(error).__name__
            level: Level = "warning" if exit_code == BUSY else "error"
            self.write(event, level, exit_code=exit_code, seconds=seconds, error=kind, sentence=sentence)
        else:
            level = "warning" if exit_code else "info"
            counts = {"steps": self._steps, "products": self.products}
            self.write("command_done", level, exit_code=exit_code, seconds=seconds, **counts)

    def error(self, error: BaseException, line: Message, exit_code: int) -> None:
        """Write an error: each fault of the tables, then how the command ended."""
        for fault in error.faults if isinstance(error, DataError) else ():
            level: Level = "error" if fault.stops else "warning"
            rule, place = template_of(fault.rule), {"table": fault.table, "column": fault.column}
            self.write("fault", level, **place, rule=rule, rows=fault.rows, severity=fault.severity)
        self.end(exit_code, error, without_typed_words(line))


def current_log() -> CommandLog | None:
    """Return the log of the command that runs; None where nobody asked for one."""
    return _log.get()


@contextmanager
def command_log(command: str, workspace: Path | None) -> Iterator[CommandLog]:
    """Let a command have a log while the block runs; what libraries say through `logging` becomes lines too."""
    log = CommandLog(command, workspace)
    token, handler = _log.set(log), _Records(log)
    logging.getLogger().addHandler(handler)
    logging.captureWarnings(True)
    try:
        log.begin()
        yield log
    finally:
        logging.captureWarnings(False)
        logging.getLogger().removeHandler(handler)
        _log.reset(token)


def option_first(words: Sequence[str]) -> list[str]:
    """Return the words of a command line with ``--log-json`` before the command, wherever it was typed.

    Examples
    --------
    >>> option_first(["models", "list", "--log-json"])
    ['--log-json', 'models', 'list']
    """
    return [OPTION, *(word for word in words if word != OPTION)] if OPTION in words else list(words)


class _Records(logging.Handler):
    """What libraries say through `logging`: the text only of attrition's own, since others may show rows."""

    def __init__(self, log: CommandLog) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        is_own = record.name.split(".")[0] == "attrition"
        level: Level = "error" if record.levelno >= logging.ERROR else "warning"
        self._log.write("library", level, logger=record.name, sentence=record.getMessage() if is_own else "")


def _named(workspace: Path | None) -> dict[str, str]:
    """Return the name of a workspace's folder, and the beginning of a hash of its path, which tells two apart."""
    if workspace is None:
        return {"workspace": "", "workspace_id": ""}
    place = workspace.resolve()
    return {"workspace": place.name, "workspace_id": hashlib.sha256(str(place).encode()).hexdigest()[:12]}


def _since(began: float) -> float:
    return round(time.monotonic() - began, 3)
