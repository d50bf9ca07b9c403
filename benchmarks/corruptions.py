"""Corrupt a synthetic centre's tables in many ways, and list those that change the product in silence.

    python benchmarks/corruptions.py                        every corruption; exit code 1 if one is silent
    python benchmarks/corruptions.py --only exits-cut --seed 2 --details

One synthetic centre is exported as four kinds of site would do it (see `wrong_tables.worlds`). Each corruption changes
one table of one of them; columns, sites and days follow from the seed. `attrition check` and `attrition panel` are run
on it, and what comes out is compared with the clean run. It is *refused*; or *named* by a line that the clean run does
not have, about the table or about a direct consequence, such as work after an exit; or *harmless*: no label, level or
feature changed; or *SILENT*. *named at the next run* is what only the comparison with the run before it names.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import zlib
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from wrong_tables.catalogue import CORRUPTIONS, Corruption
from wrong_tables.exports import Exports
from wrong_tables.judge import Damage, Verdict, judge
from wrong_tables.product import Product, run_product
from wrong_tables.worlds import make_worlds


def judge_corruption(corruption: Corruption, clean: dict[str, tuple[Path, Product]], seed: int) -> Verdict:
    """Return the verdict on one corruption; where it is silent, the tables are read again beside the run before."""
    workspace, product = clean[corruption.world]
    verdict = _judge_copy(corruption, workspace, product, seed=seed, ignored="runs")
    if verdict.outcome != "SILENT":
        return verdict
    again = _judge_copy(corruption, workspace, product, seed=seed, ignored="no such file")
    is_named = again.outcome in ("named", "refused")
    return replace(again, outcome="named at the next run", damage=verdict.damage) if is_named else verdict


def _judge_copy(corruption: Corruption, workspace: Path, clean: Product, *, seed: int, ignored: str) -> Verdict:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "centre"
        shutil.copytree(workspace, copy, ignore=shutil.ignore_patterns(ignored, "truth"))
        rng = np.random.default_rng([seed, zlib.crc32(corruption.id.encode())])
        corruption.apply(Exports(copy, rng))
        return judge(clean, run_product(copy), corruption.tables)


def table_of(verdicts: dict[str, Verdict]) -> Table:
    """Return the verdicts as one table, shares in percent."""
    table = Table("id", "corruption", "outcome", "labels", "appear", "rate", "heads", "values", "worst", "named by")
    texts = {corruption.id: f"{corruption.table}: {corruption.text}" for corruption in CORRUPTIONS}
    for name, verdict in verdicts.items():
        style = "bold red" if verdict.is_bad else None
        table.add_row(
            name, texts[name], verdict.outcome, *_cells(verdict.damage), escape(_named_by(verdict)), style=style
        )
    return table


def _cells(damage: Damage) -> list[str]:
    shares = (damage.labels, damage.appeared, damage.rate, damage.headcount, damage.features, damage.feature)
    return [f"{100 * share:.2g}" if share else "" for share in shares]


def _named_by(verdict: Verdict) -> str:
    first = verdict.named_by[:2]
    more = len(verdict.named_by) - len(first)
    return "; ".join(first) + (f" (and {more} more)" if more else "")


def main() -> int:
    """Judge every corruption, print the table, and return 1 if one is silent or breaks the product."""
    options = _arguments()
    chosen = [c for c in CORRUPTIONS if not options.only or c.id in options.only]
    console = Console(width=options.width)
    with tempfile.TemporaryDirectory() as folder:
        worlds = make_worlds(Path(folder), agents=options.agents, months=options.months, seed=options.seed)
        used = {corruption.world for corruption in chosen}
        clean = {name: (path, run_product(path)) for name, path in worlds.items() if name in used}
        for name, (_, product) in clean.items():
            if product.panel is None:
                sys.exit(f"the clean workspace {name} is refused: {'; '.join(product.refused)}")
        verdicts = _verdicts(chosen, clean, seed=options.seed, workers=options.workers)
    console.print(table_of(verdicts))
    if options.details:
        for name, verdict in verdicts.items():
            console.print(f"{name}: {verdict.damage}", *verdict.named_by, sep="\n    ", highlight=False, markup=False)
    outcomes = [verdict.outcome for verdict in verdicts.values()]
    console.print(", ".join(f"{outcomes.count(outcome)} {outcome}" for outcome in dict.fromkeys(outcomes)))
    return 1 if any(verdict.is_bad for verdict in verdicts.values()) else 0


def _verdicts(
    chosen: list[Corruption], clean: dict[str, tuple[Path, Product]], *, seed: int, workers: int
) -> dict[str, Verdict]:
    """Judge the corruptions, in this process or in several, and tell each outcome on the standard error as it comes."""
    names, verdicts = [corruption.id for corruption in chosen], {}
    judged = partial(_judge_by_id, clean=clean, seed=seed)
    with ExitStack() as stack:
        results = map(judged, names)
        if workers > 1:
            results = stack.enter_context(ProcessPoolExecutor(workers)).map(judged, names)
        for name, verdict in zip(names, results, strict=True):
            print(f"{name}: {verdict.outcome}", file=sys.stderr, flush=True)
            verdicts[name] = verdict
    return verdicts


def _judge_by_id(name: str, *, clean: dict[str, tuple[Path, Product]], seed: int) -> Verdict:
    return judge_corruption(next(c for c in CORRUPTIONS if c.id == name), clean, seed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1, help="seed of the centre and of every choice")
    parser.add_argument("--only", nargs="+", metavar="ID", choices=[c.id for c in CORRUPTIONS], help="these alone")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes at a time")
    parser.add_argument("--agents", type=int, default=300)
    parser.add_argument("--months", type=int, default=30)
    parser.add_argument("--details", action="store_true", help="also print all that each is named by")
    parser.add_argument("--width", type=int, default=200, help="columns of the table")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
