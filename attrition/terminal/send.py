"""The command that tells readers where their files of a month's report are."""

from __future__ import annotations

from typing import Annotated

import typer

from attrition.terminal.command import HERE, Folder, Month, show, steps

DRY_RUN = typer.Option("--dry-run", help="Show what would be sent, and send nothing.")


def send(as_of: Month, dry_run: Annotated[bool, DRY_RUN] = False, workspace: Folder = HERE) -> None:
    """Send each declared recipient the links to their own files of a month's report; messages hold no data.

    Reads pipelines/send.toml: addresses by role, and of team leaders by number or team. Each gets their links once;
    what did not arrive is sent at the next run.

    For example:

        attrition send --as-of 2026-10 --dry-run

        attrition send --as-of 2026-10
    """
    with steps() as (pipeline, progress):
        lines = pipeline.preview_sending(workspace, as_of) if dry_run else []
        if not dry_run:
            pipeline.send(workspace, as_of, progress=progress)
    show(lines)
