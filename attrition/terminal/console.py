"""What a person sees in the terminal: steps as they happen, faults as one page, products and what to do next."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from attrition.errors import AttritionError, DataError, Fault

if TYPE_CHECKING:
    import pandas as pd

    from attrition.model.aliases import AliasChange, Version
    from attrition.pipeline import Found
    from attrition.steps.promotion import Comparison

STOPPED = 130
PACKAGE = Path(__file__).parents[1]
Progress = Callable[[str], None]
"""Called with what is about to be done: "reading the tables"."""


@contextmanager
def steps(out: Console) -> Iterator[Progress]:
    """Show each step while it runs, and leave one line with the seconds it took.

    Parameters
    ----------
    out : Console
        Where to write; the spinner appears only on a terminal.
    """
    running: list[tuple[str, float]] = []

    def end() -> None:
        if running:
            said, since = running.pop()
            out.print(f"  {said}  [dim]{time.monotonic() - since:.1f} s[/dim]", highlight=False)

    with out.status("starting") as status:

        def begin(said: str) -> None:
            end()
            running.append((said, time.monotonic()))
            status.update(f"{said} ...")

        yield begin
        end()


def fault_lines(faults: Sequence[Fault]) -> list[str]:
    """Write every fault on one page: per file and table, the column, the rule, how many rows, and what to do."""
    lines: list[str] = []
    for (file, table), group in groupby(sorted(faults, key=_place), key=lambda fault: (fault.file, fault.table)):
        lines += ["", f"{table}  ({file})" if file else table]
        for fault in group:
            lines.append(f"  {fault.column or 'whole table'}: {fault.rule}{_rows(fault.rows)}")
            if fault.advice:
                lines.append(f"      {fault.advice}")
    return lines


def found_lines(found: Found) -> list[str]:
    """Write what a check found as one page: tables, features by family, what was repaired, what was assumed."""
    return [
        *_tables(found.coverage),
        *_features(found.features),
        *_thin(found.filled, found.thin_column_share),
        *_section("not used as they came", _repairs(found.quality)),
        *_section("taken for granted", [said["en"] for said in found.assumptions]),
        "",
    ]


def verdict_lines(verdict: Mapping[str, Any]) -> list[str]:
    """Write how a model stood against each line of the bar, and what became of it.

    Examples
    --------
    >>> check = {"name": "calibration error", "passed": False, "said": "0.021; at most 0.015"}
    >>> for line in verdict_lines({"version": "3", "promoted": False, "checks": [check]}):
    ...     print(line)
    version 3 against the bar
      missed  calibration error: 0.021; at most 0.015
    it misses the bar and was not promoted; a champion that was there before stays
    """
    lines = [f"  {'met   ' if one['passed'] else 'missed'}  {one['name']}: {one['said']}" for one in verdict["checks"]]
    end = "it misses the bar and was not promoted; a champion that was there before stays"
    if all(one["passed"] for one in verdict["checks"]):
        end = "it meets the bar, but another version became champion meanwhile; `attrition models list` says which"
    if verdict["promoted"]:
        end = "it meets the bar and is the champion now"
    return [f"version {verdict['version']} against the bar", *lines, end]


def tuned_lines(verdict: Mapping[str, Any]) -> list[str]:
    """Write what a search for settings found, how that held on later months, and what becomes of it.

    Examples
    --------
    >>> gain = {"metric": "log_loss", "default": 0.2731, "found": 0.2729, "gain": 0.0002}
    >>> gain |= {"low": -0.0003, "high": 0.0007}
    >>> months = {"searched": ["2025-01", "2025-03"], "judged": ["2025-07", "2025-09"]}
    >>> verdict = {"trials": 30, "minutes": 6.0, "months": months, "log_loss": {"default": 0.2810, "best": 0.2790},
    ...            "default": {"depth": 3}, "changed": {"depth": 4}, "gain": [gain], "is_proposed": False}
    >>> for line in tuned_lines(verdict):
    ...     print(line)
    30 trials in 6.0 minutes, judged on 2025-01 to 2025-03
      log loss  0.28100 as it stands, 0.27900 at best, with depth 3 -> 4
    both on 2025-07 to 2025-09, which the search did not see
      log loss  0.27310 as it stands, 0.27290 with that: gain +0.00020 (95 %: -0.00030 to +0.00070)
    the settings stay as they are: what was found is not better beyond noise
    """
    months, loss = verdict["months"], verdict["log_loss"]
    told = "; ".join(f"{name} {verdict['default'][name]:g} -> {value:g}" for name, value in verdict["changed"].items())
    lines = [f"{verdict['trials']} trials in {verdict['minutes']:.1f} minutes, judged on {_span(months['searched'])}"]
    if not verdict["changed"]:
        return [*lines, "the settings stay as they are: nothing that was tried beat them"]
    lines.append(f"  log loss  {loss['default']:.5f} as it stands, {loss['best']:.5f} at best, with {told}")
    lines.append(f"both on {_span(months['judged'])}, which the search did not see")
    lines += [_gain(figure) for figure in verdict["gain"]]
    stay = "the settings stay as they are: what was found is not better beyond noise"
    return [*lines, "better beyond noise: proposed, and not put in place" if verdict["is_proposed"] else stay]


def version_lines(versions: Sequence[Version], history: Sequence[AliasChange]) -> list[str]:
    """Write every registered version, newest first, and below every decision about them, newest first."""
    if not versions:
        return ["no version is registered yet; `attrition retrain` makes one"]
    head = f"{'version':<9}{'fitted at':<12}{'examined on':<20}{'bar':<24}alias"
    lines = [
        f"{one.number:<9}{one.tags.get('fitted_at', ''):<12}{one.tags.get('examined_on', ''):<20}"
        f"{_stood(one.tags):<24}{', '.join(one.aliases)}".rstrip()
        for one in reversed(versions)
    ]
    return [head, *lines, *_section("decisions, newest first", [change_line(change) for change in reversed(history)])]


def change_line(change: AliasChange) -> str:
    """Write one decision.

    Examples
    --------
    >>> from attrition.model.aliases import AliasChange
    >>> when, why = "2026-11-02T09:00:00+00:00", "new pay scheme"
    >>> change_line(AliasChange("promoted", "4", when, "Li Na", why, ("golden rows",)))
    '2026-11-02 09:00 UTC  promoted version 4  by Li Na: new pay scheme (although it missed: golden rows)'
    """
    despite = f" (although it missed: {'; '.join(change.despite)})" if change.despite else ""
    when = f"{change.on[:10]} {change.on[11:16]} UTC"
    return f"{when}  {change.what} version {change.version}  by {change.by}: {change.why}{despite}"


def comparison_lines(found: Comparison) -> list[str]:
    """Write two versions side by side."""
    width = 4 + max(len(first) for _, first, _ in [*found.facts, *found.figures])
    head = f"{'':<36}{'version ' + found.versions[0]:<{width}}version {found.versions[1]}"
    lines = [f"{what:<36}{first:<{width}}{second}" for what, first, second in [*found.facts, *found.figures]]
    examined = {what: (first, second) for what, first, second in found.facts}["examined on"]
    warning = ["they were examined on different months; a difference may be the months'"]
    same = found.agreement
    lists = (
        [
            f"on the newest month {same.overlap:.0%} of {same.listed} on the list are on both; ranks correlate "
            f"by {same.rank_correlation:.2f}"
        ]
        if same
        else ["their lists were not compared: there is no panel that both can read"]
    )
    return [head, *lines, "", *(warning if examined[0] != examined[1] else []), *lists]


def _stood(tags: Mapping[str, str]) -> str:
    if "bar_met" not in tags:
        return "never judged"
    missed = [name for name in tags.get("bar_missed", "").split("; ") if name]
    return "met" if not missed else missed[0] if len(missed) == 1 else f"missed {len(missed)} checks"


def left(out: Console, products: Iterable[Path], then: str) -> None:
    """Say where the products are and what comes next."""
    for product in products:
        out.print(f"left in  {_near(product)}", highlight=False, soft_wrap=True, markup=False)
    out.print(f"next     {then}", highlight=False, soft_wrap=True, markup=False)


def wrong(error: BaseException) -> tuple[list[str], str, int]:
    """Put what went wrong into words: a page of faults where there are any, one line, and the exit code.

    Parameters
    ----------
    error : BaseException
        A failure of ours is named by kind and place only, since its message may hold a row's content.

    Examples
    --------
    >>> from attrition.errors import NotMadeYet
    >>> wrong(NotMadeYet("the panel", "attrition panel"))
    ([], 'the panel is not there yet; `attrition panel` makes it', 2)
    >>> wrong(ValueError("agent 00123 earns 4100"))[1:]
    ('something failed inside attrition: ValueError in an unknown place; please report this line', 1)
    """
    if isinstance(error, KeyboardInterrupt):
        return [], "stopped; nothing half-done is left, products appear only when they are complete", STOPPED
    if isinstance(error, DataError) and error.faults:
        return fault_lines(error.faults), str(error).splitlines()[0].rstrip(":"), error.exit_code
    if isinstance(error, AttritionError):
        return [], str(error), error.exit_code
    if isinstance(error, OSError) and error.strerror:
        return [], f"the machine said: {error.strerror} ({error.filename or 'no file named'})", 1
    return [], f"something failed inside attrition: {_inside(error)}; please report this line", 1


def _span(months: Sequence[str]) -> str:
    return f"{months[0]} to {months[-1]}"


def _gain(figure: Mapping[str, Any]) -> str:
    said = {"log_loss": "log loss", "auc": "AUC"}[figure["metric"]]
    interval = f"95 %: {figure['low']:+.5f} to {figure['high']:+.5f}"
    stands, found = f"{figure['default']:.5f} as it stands", f"{figure['found']:.5f} with that"
    return f"  {said:<9} {stands}, {found}: gain {figure['gain']:+.5f} ({interval})"


def _inside(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if PACKAGE in Path(frame.filename).parents]
    place = f"{Path(ours[-1].filename).relative_to(PACKAGE)}, line {ours[-1].lineno}" if ours else "an unknown place"
    return f"{type(error).__name__} in {place}"


def _place(fault: Fault) -> tuple[str, str, str]:
    return (fault.table or "", fault.file or "", fault.column or "")


def _rows(rows: int | None) -> str:
    return "" if not rows else f" ({rows:,} {'row' if rows == 1 else 'rows'})"


def _near(path: Path) -> Path:
    """Shorten a path below the current folder."""
    path = path.resolve()
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _tables(coverage: pd.DataFrame) -> list[str]:
    supplied = coverage[coverage["is_supplied"]]
    lines = [f"  {'table':<18}{'rows':>12}{'agents':>9}  {'from':<11} to"]
    for row in _each(supplied):
        lines.append(f"  {row.table:<18}{row.rows:>12,}{row.agents or '':>9}  {_day(row.first):<11} {_day(row.last)}")
    absent = coverage.loc[~coverage["is_supplied"], "table"]
    return ["", "tables", *lines, *([f"  not supplied: {', '.join(absent)}"] if len(absent) else [])]


def _features(families: Mapping[str, Sequence[str]]) -> list[str]:
    lines = [f"  {family:<18}{len(names):>12}" for family, names in families.items()]
    return ["", f"features this site can have: {sum(map(len, families.values()))}", *lines]


def _thin(filled: pd.DataFrame, least: float) -> list[str]:
    thin = filled[filled["filled_share"] < least]
    return _section(
        f"columns filled in fewer than {least:.0%} of their rows",
        [f"{row.table}.{row.column}: {row.filled_share:.0%}" for row in _each(thin)],
    )


def _repairs(quality: pd.DataFrame) -> list[str]:
    is_told = ~quality["rule"].isin(("rows read", "rows used"))
    told = quality[is_told & ((quality["rows"] > 0) | quality["rule"].str.startswith("noticed"))]
    return [f"{row.table}: {row.rule}{_share(row)}{_columns(row.example_columns)}" for row in _each(told)]


def _share(row: Any) -> str:
    return f"{_rows(row.rows)}, {row.share:.1%}" if row.rows else ""


def _columns(names: str) -> str:
    return f": {names}" if names else ""


def _section(title: str, lines: Iterable[str]) -> list[str]:
    said = [f"  {line}" for line in lines]
    return ["", title, *said] if said else []


def _each(frame: pd.DataFrame) -> Iterator[Any]:
    return iter(frame.itertuples(index=False))


def _day(day: date | None) -> str:
    return day.strftime("%Y-%m-%d") if day == day and day is not None else ""
