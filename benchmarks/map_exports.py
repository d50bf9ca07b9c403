"""Map folders of exports, give every question its likely answer, and count the columns that are right.

    python benchmarks/map_exports.py messy_chinese EXPORTS
    python benchmarks/map_exports.py ola ../shared/data/ola --check
    python benchmarks/map_exports.py benchmarks/other_sites/german.toml GERMAN/messy/exports --check

`map_exports.toml` beside this file holds the truth by name of a folder. A column is right where its heading is mapped
to it in its table; one that is wrong must have a remark. With ``--check`` the workspace is checked as well. Exit code 1
if fewer than 90 % are right, one is wrong without a remark, or the check finds a fault that stops.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from attrition import pipeline
from attrition.data.centre import inspect
from attrition.data.guess.columns import SURE
from attrition.data.guess.profile import Profile
from attrition.data.guess.questions import Change, Question
from attrition.data.mapping import same_name
from attrition.data.progress import silent
from attrition.data.tables import TABLES
from attrition.data.terms import Language

TRUTH = Path(__file__).with_suffix(".toml")
LEAST_RIGHT = 0.9


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Numbers of columns: all there are, those right, and those wrong, with and without a remark; and the questions."""

    columns: int
    right: int
    wrong: tuple[str, ...]
    wrong_without_remark: tuple[str, ...]
    lacking: tuple[str, ...]
    questions: tuple[Question, ...]
    seconds: float


def map_with_likely_answers(workspace: Path, folder: Path) -> tuple[tuple[Profile, ...], tuple[Question, ...]]:
    """Return the profiles of a folder once every question has its first answer, and the questions."""
    questions: list[Question] = []

    def ask(question: Question, language: Language) -> Sequence[Change]:
        questions.append(question)
        return question.options[0].changes

    mapped = pipeline.look_at_folder(workspace, folder, speaks="en", progress=silent)
    mapped = pipeline.map_by_questions(mapped, ask)
    return mapped.draft.profiles, tuple(questions)


def compare(truth: Mapping[str, Mapping[str, str]], workspace: Path, folder: Path) -> Figures:
    """Map a folder in a workspace, and hold its columns against the truth."""
    began = time.process_time()
    profiles, questions = map_with_likely_answers(workspace, folder)
    seconds = time.process_time() - began
    declared = tomllib.loads((workspace / "pipelines" / "sources.toml").read_text(encoding="utf-8"))["tables"]
    own = {
        (each.table, name): same_name(name, TABLES[each.table].names) for each in profiles for name in each.own_names
    }
    pairs = own | {
        (table, heading): column
        for table, source in declared.items()
        for heading, column in source.get("columns", {}).items()
    }
    expected = {(table, heading): column for table, columns in truth.items() for heading, column in columns.items()}
    wrong = {key: column for key, column in pairs.items() if expected.get(key) != column}
    sure = {(each.table, name) for each in profiles for name, share in each.confidence.items() if share >= SURE}
    remarked = {(each.table, name) for each in profiles for name in each.remarks_of}
    return Figures(
        columns=len(expected),
        right=sum(pairs.get(key) == column for key, column in expected.items()),
        wrong=tuple(f"{table}: {heading} = {column}" for (table, heading), column in wrong.items()),
        wrong_without_remark=tuple(
            f"{table}: {heading}" for table, heading in wrong if (table, heading) in sure - remarked
        ),
        lacking=tuple(f"{table}: {heading}" for table, heading in expected if (table, heading) not in pairs),
        questions=questions,
        seconds=seconds,
    )


def truth_of(name: str) -> Mapping[str, Mapping[str, str]]:
    """Return by table which heading is which column: by a name of `map_exports.toml`, or a declaration made by hand."""
    if not name.endswith(".toml"):
        names: Mapping[str, Mapping[str, str]] = tomllib.loads(TRUTH.read_text(encoding="utf-8"))[name]
        return names
    tables = tomllib.loads(Path(name).read_text(encoding="utf-8"))["tables"]
    return {table: source.get("columns", {}) for table, source in tables.items()}


def main() -> int:
    """Print the figures of one folder; return 1 where they are not good enough."""
    options = _arguments()
    truth = truth_of(options.name)
    with tempfile.TemporaryDirectory() as place:
        workspace = options.workspace or Path(place)
        pipeline.init(workspace)
        figures = compare(truth, workspace, options.folder)
        show(figures)
        faults = inspect(workspace)[1] if options.check else ()
        for fault in faults:
            sys.stdout.write(f"{'stops' if fault.stops else 'doubt'}: {fault}\n")
    is_good = figures.right >= LEAST_RIGHT * figures.columns and not figures.wrong_without_remark
    return 0 if is_good and not any(fault.stops for fault in faults) else 1


def show(figures: Figures) -> None:
    """Print how many columns are right, which are not, and what was asked."""
    share = figures.right / figures.columns
    lines = [
        f"{figures.right} of {figures.columns} columns right ({share:.1%}), in {figures.seconds:.1f} s of CPU time",
        f"wrong: {'; '.join(figures.wrong) or 'none'}",
        f"wrong without a remark: {'; '.join(figures.wrong_without_remark) or 'none'}",
        f"not mapped: {'; '.join(figures.lacking) or 'none'}",
        f"{len(figures.questions)} questions",
    ]
    for question in figures.questions:
        answers = " / ".join(option.label.zh for option in question.options)
        lines.append(f"  {question.text.zh} [{answers}]")
    sys.stdout.write("\n".join(lines) + "\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", help="name of the truth in map_exports.toml, or a declaration made by hand")
    parser.add_argument("folder", type=Path, help="the folder of exports")
    parser.add_argument("--workspace", type=Path, help="where to keep the workspace")
    parser.add_argument("--check", action="store_true", help="check the workspace too")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
