"""What the mode of a workspace forbids and an earlier mode left behind: removed, with a list of what was removed."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.atomic import atomic_file, atomic_folder
from attrition.data.people.protection import STRICTNESS, Mode
from attrition.data.products import write_parquet
from attrition.message import Message, counted, joined
from attrition.pilot.preregistration import ASSIGNMENT, BASELINE, FOLDER, WITHHELD
from attrition.runs import Runs
from attrition.steps.backtest import write_backtest
from attrition.steps.mode import read_mode, stored_plan

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from attrition.data.progress import Progress

PEOPLE = ("scores", "drivers", "recommendations", "survival", "treated")
"""Tables of a month with rows of persons."""
OF_AGENTS = ("partner.*", "agents/*")
"""Files of a report that show single agents."""
OF_EVALUATORS = "quality.*"
"""Those that may show single evaluators: what a stricter mode makes of them is written with the next report."""


def apply_mode(workspace: Path, *, progress: Progress) -> None:
    """Remove what the mode of a workspace forbids, and say what was removed; nothing where all is as it should be.

    Months and the backtest keep what they hold about groups. Pages and workbooks with single agents are deleted, as
    are the baseline risks of pilots. Models stay: what they answer by themselves is decided when they are registered.
    """
    mode = read_mode(workspace)
    if mode == "individual":
        return
    removed = [str(path.relative_to(workspace)) for path in _sweep(workspace, mode)]
    if removed:
        progress(
            Message(
                "the mode of this workspace is {mode}; removed, since it forbids them: {files}",
                mode=mode,
                files=joined(", ", removed) if len(removed) <= 12 else _shortened(removed),
            )
        )


def _shortened(removed: list[str]) -> str:
    rest = counted("{count} more", "{count} more", len(removed) - 12)
    return joined(", ", [*removed[:12], rest])


def _sweep(workspace: Path, mode: Mode) -> Iterator[Path]:
    runs = Runs(workspace)
    for month in runs.months():
        if STRICTNESS.index(_stored_mode(runs, month)) < STRICTNESS.index(mode):
            # Pages go first: a run that is killed in between finds the month as it was, and sweeps again.
            yield from _without_people(workspace / "reports" / f"{month:%Y-%m}", (*OF_AGENTS, OF_EVALUATORS))
            yield from _rewrite_month(workspace, month, mode)
    if (runs.backtest / "scores.parquet").exists():
        before = set(runs.backtest.iterdir())
        write_backtest(workspace, runs.read_backtest_tables())
        yield from sorted(path for path in before if not path.exists())
    for report in sorted((workspace / "reports").glob("????-??")) if mode == "group_only" else []:
        yield from _without_people(report, OF_AGENTS)
    for baseline in sorted((workspace / FOLDER).glob(f"*/{BASELINE}")):
        if mode == "group_only" or not _is_of_bands(baseline):
            yield _without_baseline(baseline)


def _stored_mode(runs: Runs, month: date) -> Mode:
    if not runs.withholds_risks(month):
        return "individual"
    stored: Mode = runs.read_month_table(month, "scored_by")["mode"].iloc[0]
    return stored


def _rewrite_month(workspace: Path, month: date, mode: Mode) -> Iterator[Path]:
    """Write a month anew with what the mode allows of it, and yield what is gone."""
    runs = Runs(workspace)
    folder, tables = runs.month(month), runs.read_month(month)
    before = sorted(path for path in folder.rglob("*") if path.is_file())
    plan, others = _plan_of(workspace, month), [path for path in before if path.suffix != ".parquet"]
    stored = _stored(workspace, month, tables, mode)
    with atomic_folder(folder) as part:
        for name, table in stored.items():
            write_parquet(table, part / f"{name}.parquet")
        for path in others:
            (part / path.relative_to(folder)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, part / path.relative_to(folder))
        if plan is not None:
            _write_plan(part / "plan", *plan)
    yield from (folder / f"{name}.parquet" for name in PEOPLE if name in tables)
    if plan is not None:
        yield folder / "plan" / "plan.csv"


def _stored(workspace: Path, month: date, tables: dict[str, pd.DataFrame], mode: Mode) -> dict[str, pd.DataFrame]:
    """Return what a mode allows of a month's tables, which may be those of the mode "banded" already."""
    from attrition.steps.mode import stored_month

    if "scored_by" not in tables:
        # Those for whom interventions were weighed are the top of the ranking: who is among them orders their band.
        nobody = {"recommendations": tables["recommendations"].head(0)}
        return dict(stored_month(workspace, month, tables | nobody))
    kept = {name: table for name, table in tables.items() if name not in PEOPLE}
    return kept | {"scored_by": tables["scored_by"].assign(mode=mode)}


def _plan_of(workspace: Path, month: date) -> tuple[pd.DataFrame, dict[str, object]] | None:
    """Return what the mode allows of a month's plan; null where there is none, or it holds no single agents."""
    import pandas as pd

    path, figures = Runs(workspace).month(month) / "plan" / "plan.parquet", Runs(workspace).read_plan(month)
    offers = pd.read_parquet(path) if path.exists() else pd.DataFrame()
    if figures is None or "agent_id" not in offers:
        return None
    return stored_plan(workspace, offers, dict(figures))


def _write_plan(folder: Path, offers: pd.DataFrame, figures: dict[str, object]) -> None:
    import json

    offers.to_parquet(folder / "plan.parquet", index=False)
    offers.to_csv(folder / "plan.csv", index=False, encoding="utf-8-sig")
    (folder / "plan.json").write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _without_people(report: Path, patterns: Iterable[str]) -> Iterator[Path]:
    """Delete the pages and workbooks of a report that show single people."""
    for page in sorted(page for pattern in patterns for page in report.glob(pattern)):
        page.unlink()
        yield page


def _is_of_bands(baseline: Path) -> bool:
    """Return whether a pilot was designed with the means of bands: everybody in a band has one risk then."""
    import pandas as pd

    risks = pd.read_parquet(baseline)
    bands = pd.read_csv(baseline.parent / ASSIGNMENT, dtype=str, encoding="utf-8-sig").set_index("agent_id")["band"]
    return bool((risks.groupby(risks["agent_id"].map(bands))["risk"].nunique() <= 1).all())


def _without_baseline(baseline: Path) -> Path:
    """Delete the risks of persons that a pilot was designed with; its reading goes on without them."""
    with atomic_file(baseline.parent / WITHHELD) as path:
        path.write_text("withheld by the mode of the workspace\n", encoding="utf-8")
    baseline.unlink()
    return baseline
