"""The clock of the machine: its zone, that of the site, and whether anything is dated later than now."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from attrition.data import sources
from attrition.data.at_work import PRODUCTS
from attrition.errors import UserError
from attrition.ledger.audit_log import read_entries
from attrition.message import Message, counted
from attrition.steps.doctor.finding import Line, look, ok, wrong

SLACK = timedelta(minutes=5)
"""A difference up to this is none: clocks of network drives differ by some seconds."""
NOW: Callable[[], datetime] = partial(datetime.now, UTC)
SET_THE_CLOCK = Message(
    "set the clock (timedatectl status), and keep it right by NTP; months, retention and the audit log depend on it"
)


def examine_clock(workspace: Path, *, now: Callable[[], datetime] = NOW) -> Iterator[Line]:
    """Look at the time here and at the site, and at what is dated later than now."""
    moment = now()
    yield ok(_times(workspace, moment))
    entries = [datetime.fromisoformat(entry.at) for entry in read_entries(workspace)]
    newest = max([*entries, *_newest_file(workspace)], default=moment)
    if newest > moment + SLACK:
        yield wrong(
            Message(
                "the newest file or record of the workspace is of {newest:%Y-%m-%d %H:%M} UTC, which is later than now",
                newest=newest,
            ),
            SET_THE_CLOCK,
        )
    backwards = sum(after + SLACK < before for before, after in pairwise(entries))
    if backwards:
        yield look(
            counted(
                "{count} entry of the audit log is dated before the one that it follows",
                "{count} entries of the audit log are dated before those that they follow",
                backwards,
            ),
            SET_THE_CLOCK,
        )


def _times(workspace: Path, moment: datetime) -> Message:
    here = Message(
        "it is {time:%Y-%m-%d %H:%M} here ({offset})", time=moment.astimezone(), offset=_offset(moment.astimezone())
    )
    try:
        zone = sources.read(workspace).site.time_zone
    except UserError:
        return here
    there = Message("; at the site {time:%Y-%m-%d %H:%M} ({zone})", time=moment.astimezone(ZoneInfo(zone)), zone=zone)
    return here + there


def _offset(time: datetime) -> str:
    return f"UTC{time:%z}"


def _newest_file(workspace: Path) -> Iterator[datetime]:
    """Yield when the newest file of the products was written."""
    folders = (part for name in PRODUCTS for part in os.walk(workspace / name))
    paths = (Path(folder) / file for folder, _, files in folders for file in files)
    newest = max((path.lstat().st_mtime for path in paths), default=None)
    if newest is not None:
        yield datetime.fromtimestamp(newest, UTC)
