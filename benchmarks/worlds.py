"""Judge the model on worlds that are not our own: level, order, ranges, drivers, recommendations, against the truth.

Every centre is drawn, its panel built, the model fitted four times, each quarter as `pipelines/README.md` says, and the
twelve months after the first fit are judged, each by the newest fit before it. Six more months follow them, so that
every horizon has passed. One process per centre; a run that was interrupted goes on with `--reuse`.

    python benchmarks/worlds.py --seeds 101 102 103 --jobs 2 --folder /tmp/worlds

Leaves ``worlds.md`` (means by world) and ``worlds.csv`` (every figure of every centre) in the folder.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from itertools import product
from multiprocessing import get_context
from pathlib import Path

import pandas as pd
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from worlds_figures.page import worlds_page

from attrition.data.synthetic.worlds.catalogue import WORLDS

Centre = tuple[str, int]
"""A world and a seed."""


def main() -> None:
    """Measure every centre, write the tables and print the page."""
    options = _arguments()
    worlds = list(WORLDS) if "all" in options.worlds else options.worlds
    centres = list(product(worlds, options.seeds))
    measured = {centre: _figures_file(options.folder, centre) for centre in centres}
    missing = [centre for centre, path in measured.items() if not (options.reuse and path.exists())]
    failed = _measure(missing, options)
    done = [centre for centre in centres if centre not in failed]
    if not done:
        raise SystemExit("no centre could be measured")
    figures = pd.concat(
        [pd.read_csv(measured[centre]).assign(world=centre[0], seed=centre[1]) for centre in done], ignore_index=True
    )
    figures.to_csv(options.folder / "worlds.csv", index=False)
    text = worlds_page(figures)
    (options.folder / "worlds.md").write_text(text, encoding="utf-8")
    print(text)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", nargs="+", default=["all"], choices=["all", *WORLDS], help="only these worlds")
    parser.add_argument("--seeds", type=int, nargs="+", required=True, help="a centre of each world for every seed")
    parser.add_argument("--agents", type=int, default=1200)
    parser.add_argument("--months", type=int, default=48, help="at least 40: twelve are judged, six follow them")
    parser.add_argument("--months-per-fit", type=int, default=3, choices=(3, 6), help="6 halves the number of fits")
    parser.add_argument("--folder", type=Path, required=True, help="centres and figures; centres in it are kept")
    parser.add_argument("--jobs", type=int, default=1, help="processes at a time")
    parser.add_argument("--reuse", action="store_true", help="keep figures of an earlier run that was interrupted")
    return parser.parse_args()


def _figures_file(folder: Path, centre: Centre) -> Path:
    return folder / "figures" / f"{centre[0]}-{centre[1]}.csv"


def _measure(centres: Sequence[Centre], options: argparse.Namespace) -> list[Centre]:
    """Measure centres in processes of their own; return those that failed, after printing why."""
    failed = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    pool = ProcessPoolExecutor(options.jobs, mp_context=get_context("spawn"), max_tasks_per_child=1)
    with pool, Progress(*columns) as progress:
        task = progress.add_task("centres", total=len(centres))
        running: dict[Future[None], Centre] = {pool.submit(measure_one, *centre, options): centre for centre in centres}
        for future in as_completed(running):
            progress.advance(task)
            if (error := future.exception()) is not None:
                failed.append(running[future])
                progress.console.print("{} {}: {}".format(*running[future], error), highlight=False)
    return failed


def measure_one(world: str, seed: int, options: argparse.Namespace) -> None:
    """Draw one centre, measure it, and write its figures when all of them are there."""
    from worlds_figures.centres import make_centre
    from worlds_figures.measure import measure_centre

    workspace, panel = make_centre(options.folder, world=world, seed=seed, agents=options.agents, months=options.months)
    figures = measure_centre(workspace, panel, months_per_fit=options.months_per_fit)
    path = _figures_file(options.folder, (world, seed))
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    figures.to_csv(partial, index=False)
    partial.rename(path)


if __name__ == "__main__":
    main()
