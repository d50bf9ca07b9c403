"""Does a month's report contradict the products it was made from, `runs/*.parquet`?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pandas as pd

from attrition.report.translations import translations
from attrition.runs import Runs
from attrition.steps.declarations import read_monthly_job
from tests.agreement.editions import column
from tests.agreement.numbers import numbers, values_of
from tests.agreement.pages import Page

HORIZON = 3


def contradictions(workspace: Path, as_of: date, pages: Mapping[str, Page], language: str) -> Iterator[str]:
    """Yield what the pages of one language say otherwise than the products."""
    for edition, key, name, counted in facts(workspace, as_of):
        for values in values_of(key, pages[edition].text, language) if edition in pages else ():
            if numbers(values[name]) != [counted]:
                yield f"{edition}: {name} of {key} is {values[name]} and {counted:g} by runs/"
    yield from _of_units(workspace, as_of, pages["centre"], language)
    yield from _of_months(workspace, as_of, pages["centre"], language)
    if "partner" in pages and "watch" in pages["partner"].sections:
        listed, shown = _listed(workspace, as_of), pages["partner"].sections["watch"].people
        if listed != shown:
            yield f"partner: {shown} people are on the list and {listed} by runs/"


def facts(workspace: Path, as_of: date) -> Iterator[tuple[str, str, str, float]]:
    """Yield an edition, a phrase, a place in it, and what must stand there."""
    scores = _headline(workspace, as_of, "scores")
    abstained = scores["abstained"].astype(bool)
    listed, job = _listed(workspace, as_of), read_monthly_job(workspace)
    for key in ("watch.lead", "watch.lead.banded"):
        yield "partner", key, "count", listed
        yield "partner", key, "capacity", job.capacity
    yield "partner", "watch.unscored", "count", int(abstained.sum())
    expected = _headline(workspace, as_of, "expected_leavers").set_index("level").loc["centre"]
    yield "centre", "expected.lead", "headcount", float(expected["headcount"])
    yield "centre", "expected.lead", "expected", float(int(expected["expected"] + 0.5))
    yield "centre", "turnover.ahead", "expected", float(int(expected["expected"] + 0.5))
    year = _left_by_month(workspace, as_of).tail(12)
    for key in ("turnover.lead", "turnover.lead.to"):
        yield "centre", key, "voluntary", float(year["voluntary"].sum())
        yield "centre", key, "otherwise", float(year["otherwise"].sum())
    yield "centre", "costs.lead", "resigned", float(year["voluntary"].sum())


def _headline(workspace: Path, as_of: date, name: str) -> pd.DataFrame:
    rows = Runs(workspace).read_month_table(as_of, name)
    return rows[rows["horizon_months"] == HORIZON]


def _listed(workspace: Path, as_of: date) -> int:
    """Return how many people the list must hold: of those scored as many as can be talked to in a month."""
    scores = _headline(workspace, as_of, "scores")
    ranked = scores[~scores["abstained"].astype(bool) & scores["band"].notna()]
    return min(len(ranked), read_monthly_job(workspace).capacity)


def _left_by_month(workspace: Path, as_of: date) -> pd.DataFrame:
    """Return how many people left in each month, of those whose leaving was known at the month's end."""
    spells = pd.read_parquet(Runs(workspace).folder / "spells.parquet")
    left = spells[(spells["left"] <= pd.Timestamp(as_of)) & (spells["left_known_on"] <= pd.Timestamp(as_of))]
    month = left["left"] + pd.offsets.MonthEnd(0)
    counts = pd.crosstab(month, left["exit_kind"] == "voluntary").rename(
        columns={True: "voluntary", False: "otherwise"}
    )
    months = pd.date_range(counts.index.min(), pd.Timestamp(as_of), freq="ME")
    return counts.reindex(index=months, columns=["voluntary", "otherwise"], fill_value=0)


def _of_units(workspace: Path, as_of: date, page: Page, language: str) -> Iterator[str]:
    """Yield the units whose headcount or expected number is not that of ``expected_leavers``."""
    text, rows = translations(language), _headline(workspace, as_of, "expected_leavers")
    stored = {(row.level, row.unit): row for row in rows.itertuples()}
    tables = [table for table in page.sections["expected"].tables if text("c.headcount") in table.headings]
    levels = {text(f"level.{level}"): level for level in ("site", "team", "centre")}
    for table in tables:
        shown = zip(table.rows, column(table, text("c.headcount")), column(table, text("c.expected")), strict=True)
        for cells, headcount, expected in shown:
            level = levels[cells[1]]
            unit = stored[level, "centre" if level == "centre" else cells[0]]
            if headcount is not None and (headcount, expected) != (unit.headcount, int(unit.expected + 0.5)):
                by_runs = f"{unit.headcount} and {unit.expected:.2f} by runs/"
                yield f"centre: {cells[0]} has {headcount:g} people, {expected} expected; {by_runs}"


def _of_months(workspace: Path, as_of: date, page: Page, language: str) -> Iterator[str]:
    """Yield the months whose number of resignations is not that of the spells."""
    text, left = translations(language), _left_by_month(workspace, as_of)
    tables = [table for table in page.sections["turnover"].tables if text("c.month") in table.headings]
    for table in tables:
        for kind in ("voluntary", "otherwise"):
            shown = column(table, text(f"c.{kind}"))
            stored = left[kind].tail(len(shown)).astype(float).tolist()
            if shown != stored:
                yield f"centre: {text(f'c.{kind}')} by month: {shown}, by runs/ {stored}"
