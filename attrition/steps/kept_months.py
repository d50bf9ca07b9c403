"""The months of a panel whose features are as they would be built today: they are kept, and the rest is built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from attrition.exposure.month_digests import ALWAYS, changes
from attrition.exposure.open_past import GROUP_COLUMNS
from attrition.features.agent_months import KEYS, AgentMonths
from attrition.features.registry import build_features, declared_features
from attrition.message import Message, joined
from attrition.steps.indicator_files import KeptSums
from attrition.steps.panel_basis import REASONS, file_hash, read_basis

if TYPE_CHECKING:
    from attrition.data.progress import Progress
    from attrition.exposure.past import Past
    from attrition.features.declare import Family
    from attrition.runs import Runs
    from attrition.steps.panel_basis import PanelBasis

ALL = Message("building the features")


@dataclass(frozen=True)
class Keeping:
    """Which months of a panel are kept.

    Parameters
    ----------
    first : Timestamp or None
        The end of the first month to build; all before it are kept. None: every month is built.
    step : str
        What is built, and why, for the terminal.
    sums_from : Timestamp or None
        The end of the first month whose sums behind the indicators are added up. None: those of every month are.
    """

    first: pd.Timestamp | None = None
    step: str = ALL
    sums_from: pd.Timestamp | None = None

    def past_to_build(self, past: Past) -> Past:
        """Return the past of the months to build, from that of all months."""
        return past if self.first is None else past.since(self.first, sums_since=self.sums_from)

    def kept_sums(self, runs: Runs) -> KeptSums | None:
        """Return the sums behind the indicators of which some months are kept; None where they are all added up."""
        sums = None if self.sums_from is None else runs.read_indicators()
        return None if sums is None or self.sums_from is None else KeptSums(sums, self.sums_from)


def months_to_keep(runs: Runs, basis: PanelBasis) -> Keeping:
    """Return which months of the panel that is there stay as they are in one that is built from `basis`."""
    before = read_basis(runs)
    if before is None or not runs.panel.exists():
        return Keeping()
    if file_hash(runs.panel) != before.panel:
        return _anew(Message("the panel is not as it was written"))
    for name, reason in REASONS.items():
        if before.conditions.get(name) != basis.conditions[name]:
            return _anew(reason)
    begins, ends, both_end = basis.conditions["begins"], basis.ends, min(before.ends, basis.ends)
    changed = changes(before.digests, basis.digests, until=both_end)
    first = pd.Period(max(next(iter(changed)), begins) if changed else both_end, "M") + int(not changed)
    if f"{first}" == begins:
        return _anew(
            Message("rows of {tables} that were known from the beginning are not as they were", tables=_names(changed))
        )
    all_months = len(pd.period_range(begins, ends, freq="M"))
    kept = len(pd.period_range(begins, first, freq="M")) - 1
    step = _step(first, ends, changed) + _share(kept, all_months)
    return Keeping(first.end_time.normalize(), step, _sums_from(runs, before, basis, until=both_end))


def _sums_from(runs: Runs, before: PanelBasis, basis: PanelBasis, *, until: str) -> pd.Timestamp | None:
    """Return the end of the first month whose sums behind the indicators are others than they were; None for all."""
    if not before.indicators or file_hash(runs.indicators) != before.indicators:
        return None
    changed = [month for month in changes(before.on_file, basis.on_file, until=until) if month != ALWAYS]
    first = pd.Period(changed[0], "M") if changed else pd.Period(until, "M") + 1
    return first.end_time.normalize()


def build_rows(
    runs: Runs, past: Past, recent: Past, families: Sequence[Family], keeping: Keeping, *, progress: Progress
) -> pa.Table:
    """Return every feature of every agent-month, built or taken from the panel that is there.

    Parameters
    ----------
    runs : Runs
        Where the panel is.
    past, recent : Past
        That of all months, and that of the months to build.
    families : sequence of Family
        The families of features.
    keeping : Keeping
        Which months are kept.
    progress : callable
        Receives the name of the step.

    Returns
    -------
    pyarrow.Table
        ``agent_id``, ``as_of`` and the features, sorted by month and agent: the same to the last bit whatever is kept.
    """
    progress(keeping.step)
    if keeping.first is None:
        return _build(past, families)
    rows = _kept_and_built(runs, past, recent, families, keeping.first)
    if rows is None:
        other = _anew(Message("the panel lists other agents or features"))
        progress(other.step)
        return _build(past, families)
    return rows


def _build(past: Past, families: Sequence[Family]) -> pa.Table:
    return build_features(past, families).drop_columns(list(GROUP_COLUMNS))


def _kept_and_built(
    runs: Runs, past: Past, recent: Past, families: Sequence[Family], first: pd.Timestamp
) -> pa.Table | None:
    """Return kept and built months in one table; None where the kept ones are of other agent-months or columns."""
    months = AgentMonths.of(past.months.select(*KEYS).to_pyarrow()).rows
    kept = _read_kept(runs, families, first)
    listed = months.filter(pa.compute.less(months["as_of"], first.date()))
    if not kept.select(KEYS).cast(listed.schema).equals(listed):
        return None
    parts = [kept]
    if len(listed) < len(months):
        built = _build(recent, families)
        if not built.schema.equals(kept.schema):
            return None
        parts.append(built)
    return pa.concat_tables(parts)


def _read_kept(runs: Runs, families: Sequence[Family], first: pd.Timestamp) -> pa.Table:
    """Read the features of the months before `first`, without their labels, which may be others today."""
    wanted = {*KEYS, *declared_features(families)}
    names = [name for name in pq.read_schema(runs.panel).names if name in wanted]
    return pq.read_table(runs.panel, columns=names, filters=[("as_of", "<", first.date())])


def _anew(reason: Message) -> Keeping:
    return Keeping(step=Message("building the features of all months anew: {reason}", reason=reason))


def _step(first: pd.Period, ends: str, changed: dict[str, list[str]]) -> Message:
    """Return which months are built, and which tables made them others than they were."""
    if f"{first}" > ends:
        return Message("no month has other features than before")
    months = f"{first}" if f"{first}" == ends else Message("{first} to {last}", first=f"{first}", last=ends)
    if not changed:
        return Message("building the features of {months}", months=months)
    return Message(
        "building the features of {months}, since rows of {tables} that were known in {first} are not as they were",
        months=months,
        tables=_names(changed),
        first=f"{first}",
    )


def _share(kept: int, all_months: int) -> Message:
    return Message("; kept as they are: {kept} of {all} months", kept=kept, all=all_months)


def _names(changed: dict[str, list[str]]) -> str:
    """Return the tables of the first month that changed, which decides where building begins."""
    return joined(", ", next(iter(changed.values())))
