"""Commands about the audit log: whether it is whole, and what it says."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from attrition.message import Message, counted, joined, padded
from attrition.terminal.command import HERE, Command, Folder, day, show
from attrition.terminal.help import Group

if TYPE_CHECKING:
    from attrition.steps.audit import Deed, VerifiedLog

OUTCOMES = {
    "done": Message("done"),
    "refused": Message("refused"),
    "failed": Message("failed"),
    "stopped": Message("stopped"),
    "begun": Message("no end on record"),
}

app = typer.Typer(name="audit", cls=Group, no_args_is_help=True, rich_markup_mode="rich")


@app.callback()
def audit() -> None:
    """Who did what, when and why: the record of every run, decision and view of a person's data.

    It lies in ledger/audit.jsonl. Each entry holds the hash of the one before, so that nothing can be changed, added or
    removed unnoticed.

    For example:

        attrition audit verify

        attrition audit show --action explain --since 2026-10-01
    """


@app.command(cls=Command)
def verify(
    head: Annotated[str, typer.Option(help="A hash you noted earlier; it must be in the record.")] = "",
    workspace: Folder = HERE,
) -> None:
    """Check that the record is whole, and that the anchors kept with the models are in it. Exit code 2 if not.

    Note the hash that it prints in a place of your own: with --head it shows whether the end was cut off since.

    For example:

        attrition audit verify
    """
    from attrition import pipeline

    show(_verified_lines(pipeline.verify_audit_log(workspace, known=head)))


@app.command("show", cls=Command)
def show_log(
    action: Annotated[str, typer.Option(help="Only this action, such as retrain or explain.")] = "",
    since: Annotated[
        date | None, typer.Option(parser=day, metavar="YYYY-MM-DD", help="Only from this day on (UTC).")
    ] = None,
    person: Annotated[str, typer.Option(help="Only about this person, with sealed reasons; recorded.")] = "",
    workspace: Folder = HERE,
) -> None:
    """Show what is on record: when (UTC), what, how it ended, who, and why.

    For example:

        attrition audit show --action promote

        attrition audit show --person 0012345
    """
    from attrition import pipeline

    if person:
        show(audit_lines(pipeline.show_person_log(workspace, person, action=action, since=since)))
    else:
        show(audit_lines(pipeline.show_audit_log(workspace, action=action, since=since)))


def audit_lines(deeds: list[Deed]) -> list[str]:
    """Return one line per deed.

    Examples
    --------
    >>> from attrition.ledger.chain import Entry
    >>> from attrition.steps.audit import Deed
    >>> entry = Entry(at="2026-11-28T10:00:00+00:00", action="score", outcome="begun", user="li", model="2",
    ...               facts={"as_of": "2026-10-31"})
    >>> print(audit_lines([Deed(entry, "done")])[0])
    2026-11-28 10:00:00  score              done     li  as_of 2026-10-31  version 2
    """
    return [_line(deed) for deed in deeds] or [Message("nothing is on record yet")]


def _line(deed: Deed) -> str:
    entry = deed.entry
    when = datetime.fromisoformat(entry.at).strftime("%Y-%m-%d %H:%M:%S")
    who = f"{entry.by} ({entry.user})" if entry.by else entry.user
    facts = [f"{name} {value}" for name, value in entry.facts.items() if value not in (None, "", [], {})]
    people = [counted("about {count} person", "about {count} people", len(entry.about))] if entry.about else []
    model = [Message("version {version}", version=entry.model)] if entry.model else []
    outcome = padded(OUTCOMES.get(deed.outcome, deed.outcome), 8)
    parts = [when, padded(entry.action, 18), outcome, who, *facts, *people, *model, *filter(None, [entry.why])]
    return joined("  ", parts)


def _verified_lines(log: VerifiedLog) -> list[str]:
    lines: list[str] = [
        counted(
            "{count} entry, each follows from the one before",
            "{count} entries, each follows from the one before",
            log.head.number,
        ),
        counted(
            "{count} anchor in the registry of models, found in the record",
            "{count} anchors in the registry of models, all found in the record",
            len(log.anchors),
        ),
        Message("hash of the last entry: {hash}", hash=log.head.hash),
    ]
    if log.is_last_unfinished:
        lines.append(Message("the last line is unfinished, by a run that was killed; the next entry cuts it off"))
    return lines
