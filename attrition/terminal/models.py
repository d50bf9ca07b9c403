"""Commands about registered models: list them, compare two, promote one by name, go back to the one before."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from attrition.message import Message
from attrition.terminal import console
from attrition.terminal.command import HERE, Command, Folder, out, show, show_caveat, show_registry, steps, what_next
from attrition.terminal.help import Group
from attrition.terminal.model_lines import change_line, comparison_lines, version_lines

By = Annotated[str, typer.Option("--by", help="Who decides; recorded.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, in words; recorded.")]

app = typer.Typer(name="models", cls=Group, no_args_is_help=True, rich_markup_mode="rich")


@app.callback()
def models() -> None:
    """List, compare and promote registered models, or go back to the champion before.

    The champion scores, or `provisional` where there is none; `previous` did before; the challenger is the newest
    version that failed a promotion criterion.

    For example:

        attrition models list

        attrition models rollback --by "Li Na" --reason "risks of new agents look wrong"
    """


@app.command("list", cls=Command)
def list_versions(workspace: Folder = HERE) -> None:
    """List every registered version, which promotion criteria it failed, and who decided what about it.

    For example:

        attrition models list
    """
    from attrition import pipeline

    show(["", *version_lines(pipeline.list_models(workspace)), ""])
    show_caveat(workspace)
    console.show_products(out, [], what_next(workspace))


@app.command(cls=Command)
def compare(
    one: Annotated[str, typer.Argument(metavar="VERSION")],
    other: Annotated[str, typer.Argument(metavar="VERSION")],
    workspace: Folder = HERE,
) -> None:
    """Compare two versions: what they were made from, their figures, how far their lists agree.

    For example:

        attrition models compare 3 4
    """
    from attrition import pipeline

    show(comparison_lines(pipeline.compare_models(workspace, one, other)))


@app.command(cls=Command)
def promote(
    version: Annotated[str, typer.Argument(metavar="VERSION")],
    by: By,
    reason: Reason,
    despite: Annotated[
        list[str] | None, typer.Option(help="A criterion the version failed, word for word; once for each.")
    ] = None,
    workspace: Folder = HERE,
) -> None:
    """Make a version the champion. The criteria it failed must be named; its golden rows must score the same.

    For example:

        attrition models promote 4 --by "Li Na" --reason "the new pay scheme is in its data"

        attrition models promote 4 --by "Li Na" --reason "season, see the card" --despite "observed over expected"
    """
    from attrition import pipeline
    from attrition.steps.promotion import Decision

    decision = Decision(by, reason, datetime.now(UTC))
    change = pipeline.promote_model(workspace, version, decision, despite=despite or ())
    show([change_line(change)])
    show_registry(workspace)
    console.show_products(out, [], what_next(workspace))


@app.command(cls=Command)
def sign(version: Annotated[str, typer.Argument(metavar="VERSION")], workspace: Folder = HERE) -> None:
    """Sign a version's files with the site's private key, the file that ATTRITION_SIGNING_KEY names.

    A retrain signs by itself where the variable is set. Where ATTRITION_PUBLIC_KEY names the public key, no command
    loads a version that is not signed by it.

    For example:

        attrition models sign 3
    """
    from attrition import pipeline

    pipeline.sign_model(workspace, version)
    show([Message("version {version} is signed", version=version)])


@app.command(cls=Command)
def move(workspace: Folder = HERE) -> None:
    """Move models, decisions and aliases from this workspace's file to the MLflow server it declares.

    Name the server as [mlflow] in pipelines/sources.toml first. Numbers stay; mlflow.db becomes mlflow.db.moved at the
    end. A move that was interrupted is continued by running it again.

    For example:

        attrition models move
    """
    with steps() as (pipeline, progress):
        numbers = pipeline.move_models(workspace, progress=progress)
    show([Message("{count} versions are on the MLflow server now; mlflow.db is set aside", count=len(numbers))])
    console.show_products(out, [], what_next(workspace))


@app.command(cls=Command)
def rollback(by: By, reason: Reason, workspace: Folder = HERE) -> None:
    """Go back to the champion before this one; the two change places. Its golden rows must score the same.

    For example:

        attrition models rollback --by "Li Na" --reason "risks of new agents look wrong"
    """
    from attrition import pipeline
    from attrition.steps.promotion import Decision

    change = pipeline.roll_back_model(workspace, Decision(by, reason, datetime.now(UTC)))
    show([change_line(change)])
    show_registry(workspace)
    console.show_products(out, [], what_next(workspace))
