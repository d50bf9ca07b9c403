"""Which months can be reported, and by which command; commands about another month name one that is there."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from attrition.errors import MissingProduct, UserError
from attrition.message import Message
from attrition.model import aliases
from attrition.runs import Runs


def require_scored(workspace: Path, as_of: date) -> None:
    """Return if a month was scored.

    Raises
    ------
    MissingProduct
        It was not scored, and can be; names the command.
    UserError
        The data do not hold the month; names the newest month that was scored, or can be.
    """
    runs = Runs(workspace)
    scored = runs.months()
    if as_of in scored:
        _require_rows(runs, as_of)
        return
    ends = runs.panel_provenance().get("data_ends")
    if ends is None or runs.read_outcomes()["as_of"].min().date() <= as_of <= date.fromisoformat(ends):
        raise MissingProduct(Message("the scores of {as_of:%Y-%m}", as_of=as_of), month_command(workspace, as_of))
    if scored:
        raise UserError(
            "the data hold no {as_of:%Y-%m}; the newest month that is scored is {newest:%Y-%m}: --as-of {newest:%Y-%m}",
            as_of=as_of,
            newest=scored[-1],
        )
    raise UserError(
        "the data hold no {as_of:%Y-%m}; they end with {last}: `{command}`",
        as_of=as_of,
        last=ends[:7],
        command=month_command(workspace, date.fromisoformat(ends)),
    )


def _require_rows(runs: Runs, as_of: date) -> None:
    if runs.is_emptied(as_of):
        raise UserError(
            "the rows about agents of {as_of:%Y-%m} were removed, as pipelines/retention.toml declares; what the "
            "report of that month says of groups is still there",
            as_of=as_of,
        )


def month_command(workspace: Path, as_of: date) -> str:
    """Return the command that reports a month: as it would have been known then, where the model learned from later.

    Examples
    --------
    >>> month_command(Path("nowhere"), date(2026, 10, 31))
    'attrition monthly --as-of 2026-10'
    """
    in_use = aliases.version_in_use(workspace)
    learned_to = _fitted_on(Runs(workspace), in_use) if in_use is not None else None
    if learned_to is not None and learned_to > as_of:
        return f"attrition monthly --from {as_of:%Y-%m} --to {as_of:%Y-%m}"
    return f"attrition monthly --as-of {as_of:%Y-%m}"


def _fitted_on(runs: Runs, version: str) -> date | None:
    """Return the day up to which a version learned; None where that is not on record any more."""
    try:
        return date.fromisoformat(runs.read_verdict(version)["fitted_at"][:10])
    except UserError:
        return None
