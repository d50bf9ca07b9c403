"""The schedule: which month is reported, what the last runs ended with, and what of this machine starts them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from attrition.data import sources
from attrition.data.months import last_day
from attrition.data.phrase import Phrase
from attrition.message import Message, joined
from attrition.runs import Runs
from attrition.steps.audit import Deed, deeds
from attrition.steps.doctor.finding import Line, look, ok
from attrition.steps.next_step import next_step, read_state
from attrition.steps.retention import in_counts, list_expired, read_retention
from attrition.steps.watch_files import read_watch

SCHEDULED = ("check", "panel", "backtest", "retrain", "monthly", "monitor", "send", "sweep")
"""Actions of the audit log that a scheduler starts."""
REFUSED = {"refused": Message("was refused"), "failed": Message("failed"), "stopped": Message("was stopped")}
CRON = ("/etc/crontab", "/etc/cron.d/*", "/etc/cron.monthly/*", "/etc/cron.daily/*", "/var/spool/cron/crontabs/*")
TIMERS = ("/etc/systemd/system/*.timer", "/etc/systemd/system/*.service")
NOW: Callable[[], datetime] = partial(datetime.now, UTC)


def examine_schedule(workspace: Path, *, now: Callable[[], datetime] = NOW, root: Path = Path("/")) -> Iterator[Line]:
    """Look at which month is reported, how the newest run of each command ended, and what starts the commands.

    Parameters
    ----------
    workspace : Path
    now : callable
        Returns the time, with its zone.
    root : Path
        Where entries of cron and timers of systemd are looked for.
    """
    today = now().astimezone(ZoneInfo(sources.read(workspace).site.time_zone)).date()
    yield _reported(workspace, today)
    yield from _ended_badly(workspace)
    yield from _waiting(workspace, today)
    yield _starters(root)


def _reported(workspace: Path, today: date) -> Line:
    """Return whether the last month that is over is reported."""
    over = today.replace(day=1) - timedelta(days=1)
    reports = workspace / "reports"
    reported = [month for month in Runs(workspace).months() if (reports / f"{month:%Y-%m}").is_dir()]
    if reported and reported[-1] >= last_day(f"{over:%Y-%m}"):
        return ok(Message("{month:%Y-%m} is reported", month=reported[-1]))
    newest = Message("{month:%Y-%m}", month=reported[-1]) if reported else Message("none")
    return look(
        Message(
            "the newest month that is reported: {newest}; {over:%Y-%m} ended {days} days ago",
            newest=newest,
            over=over,
            days=(today - over).days,
        ),
        next_step(read_state(workspace)),
    )


def _ended_badly(workspace: Path) -> Iterator[Line]:
    """Yield each command whose newest run did not end well."""
    newest = {deed.entry.action: deed for deed in deeds(workspace) if deed.entry.action in SCHEDULED}
    for action, deed in newest.items():
        if deed.outcome in REFUSED:
            yield look(
                Message(
                    "the newest `attrition {action}`, of {day}, {ended}",
                    action=action,
                    day=deed.entry.at[:10],
                    ended=REFUSED[deed.outcome],
                ),
                Message("run it by hand: attrition {action}; what it says is what to do", action=_words(deed)),
            )


def _words(deed: Deed) -> str:
    """Return how the command of a deed is typed, with its month."""
    month = deed.entry.facts.get("as_of")
    return f"{deed.entry.action} --as-of {month[:7]}" if month else deed.entry.action


def _waiting(workspace: Path, today: date) -> Iterator[Line]:
    """Yield what waits for somebody: alarms, and what is kept too long."""
    watch = read_watch(workspace)
    for alarm in watch["alarms"] if watch else ():
        yield look(Message("alarm: {sentence}", sentence=Phrase(alarm["en"], alarm["zh"])), alarm["what_to_do"])
    keep = read_retention(workspace)
    expired = list_expired(workspace, keep, month=today, today=today) if keep else []
    if expired:
        yield look(
            Message("kept longer than pipelines/retention.toml declares: {counts}", counts=in_counts(expired)),
            Message("attrition sweep"),
        )


def _starters(root: Path) -> Line:
    """Return what of this machine's cron and systemd names attrition."""
    patterns = (pattern.removeprefix("/") for pattern in (*CRON, *TIMERS))
    files = [path for pattern in patterns for path in sorted(root.glob(pattern)) if _names_attrition(path)]
    if files:
        return ok(Message("started by {files}", files=joined(", ", [path.name for path in files])))
    return ok(
        Message(
            "no entry of cron and no unit of systemd that this account can read starts attrition; another scheduler "
            "or a person may"
        )
    )


def _names_attrition(path: Path) -> bool:
    try:
        return path.is_file() and "attrition" in path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
