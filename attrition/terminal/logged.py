"""A command with its log: from its beginning to its end, however it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer

from attrition.terminal.help import complaint_for_log, is_log_wanted
from attrition.terminal.log import command_log


@contextmanager
def logged(ctx: Any) -> Iterator[None]:
    """Let a command have a log where its command line asks for one."""
    if not is_log_wanted(ctx):
        yield
        return
    workspace = ctx.params.get("workspace") or ctx.params.get("folder")
    with command_log(ctx.command_path.partition(" ")[2], workspace) as log:
        try:
            yield
        except typer.Exit as end:
            log.end(end.exit_code)
            raise
        except typer.Abort as error:
            log.end(1, error)
            raise typer.Exit(1) from None
        except typer.TyperException as error:
            log.end(2, error, complaint_for_log(error))
            raise typer.Exit(2) from None
        log.end(0)
