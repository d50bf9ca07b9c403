"""List what a folder holds: every file, sheet and table of a lake; those of one kind, such as monthly files, as one."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from attrition.data.faults import TableError
from attrition.data.files.file_days import day_in_name
from attrition.data.files.headings import Heading
from attrition.data.files.reading import SUFFIXES
from attrition.data.files.totals import row_kind
from attrition.data.guess.heading_row import find_headings
from attrition.data.guess.samples import Sample, read_samples, spread
from attrition.data.lake.folders import table_in
from attrition.data.phrase import Phrase
from attrition.data.tables import TABLES
from attrition.errors import Fault

_ALIKE = 0.5
_SAME_SHEET = 0.8
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez"
_CHANGING = re.compile(rf"\d+(?:[-_. 年月日]*\d+)*[年月日]?|(?<![a-z])(?:{_MONTHS})[a-z]*(?![a-z])", re.IGNORECASE)
_MOST_RECORDS = 30_000


@dataclass(frozen=True, kw_only=True)
class Extract:
    """Files, or sheets of files, of one kind, and a sample of their rows by column.

    Parameters
    ----------
    files : tuple of Path
        In the order of their names; of a table of a lake its folder.
    pattern : str
        The file's name below the folder, or the glob that matches all of them.
    sheets : tuple of str
        The sheets that hold the rows; empty for texts.
    titles : tuple of str
        What stands above the headings.
    headings : tuple of str
        Its headings, in the order of the file.
    records : tuple of tuple of str
        Sampled rows, by heading; "" for an empty cell.
    numeric : frozenset of str
        Headings whose cells a workbook or Parquet file stores as numbers.
    partial : frozenset of str
        Headings that only some of the files have.
    delimiter : str
        What stands between the columns of a text.
    all_sheets : tuple of str
        Every sheet of its workbooks that holds something, its own and others.
    places : tuple of str
        The paths of its files below the folder.
    only_where : mapping of str to tuple of str
        The values of a heading whose rows count, where others were left out of the sample.
    """

    files: tuple[Path, ...]
    pattern: str
    sheets: tuple[str, ...]
    titles: tuple[str, ...]
    headings: tuple[str, ...]
    records: tuple[tuple[str, ...], ...]
    numeric: frozenset[str]
    partial: frozenset[str] = frozenset()
    delimiter: str = ""
    all_sheets: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    only_where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def other_sheets(self) -> bool:
        """Whether its workbooks have sheets that are not part of it, or its rows stand on several."""
        return len(self.all_sheets) > 1

    @cached_property
    def columns(self) -> dict[str, tuple[str, ...]]:
        """By heading, the sampled values that are not empty."""
        return {
            name: tuple(row[index] for row in self.records if row[index]) for index, name in enumerate(self.headings)
        }

    @property
    def days(self) -> list[date | None]:
        """By file, the day or month in its name; none of a table of a lake, which keeps its name."""
        return [None if path.is_dir() else day_in_name(path.name) for path in self.files]

    @property
    def name(self) -> str:
        """What messages call it: its pattern, and its sheets where the workbook has several."""
        return f"{self.pattern} [{', '.join(self.sheets)}]" if self.sheets and self.other_sheets else self.pattern


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """Everything a folder holds: extracts, and the reasons why some files cannot be read."""

    extracts: tuple[Extract, ...]
    faults: tuple[Fault, ...]
    unreadable: tuple[Path, ...] = ()


@dataclass(kw_only=True)
class _Part:
    """One sheet of one file, its headings found."""

    sample: Sample
    titles: tuple[str, ...]
    headings: tuple[str, ...]
    records: list[list[str]] = field(default_factory=list)


def take_inventory(folder: Path) -> Inventory:
    """Return the extracts of a folder and of the folders in it, without hidden files and locks of open workbooks."""
    parts: list[_Part] = []
    faults: list[Fault] = []
    unreadable: list[Path] = []
    for path in _files(folder):
        try:
            parts += [part for sample in read_samples(path) if (part := _part(sample)) is not None]
        except TableError as error:
            faults += error.faults
            unreadable.append(path)
    sheets = _sheets_together(parts)
    names: dict[Path, list[str]] = {}
    for part in parts:
        names.setdefault(part.sample.path, []).append(part.sample.sheet)
    extracts = [_extract(folder, group, names) for group in _files_together(folder, sheets)]
    return Inventory(extracts=tuple(extracts), faults=tuple(faults), unreadable=tuple(unreadable))


def _files(folder: Path) -> list[Path]:
    """Return the files that can be read, and the folders of tables of a lake.

    Of one named after a table in several formats only the first format is returned; a table of a lake is before all.
    """
    files = list(_below(folder))
    formats = {
        table: min((_format(path) for path in files if named_table(path) == table), default=0) for table in TABLES
    }
    return [path for path in files if (table := named_table(path)) is None or _format(path) == formats[table]]


def _below(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder that can be read, and of the folders in it; of a table of a lake only its folder."""
    if table_in(folder) is not None:
        yield folder
        return
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~$")):
            continue
        if path.is_dir() and (not path.is_symlink() or table_in(path) is not None):
            yield from _below(path)
        elif path.is_file() and path.suffix.lower() in SUFFIXES:
            yield path


def _format(path: Path) -> int:
    return -1 if path.is_dir() else SUFFIXES.index(path.suffix.lower())


def named_table(path: Path) -> str | None:
    """Return the table after which a file is named, as in ``exits_2026-09.csv``, or None.

    Examples
    --------
    >>> named_table(Path("exits-old.xlsx")), named_table(Path("market_pay.csv")), named_table(Path("payroll.csv"))
    ('exits', 'market_pay', None)
    """
    stem = path.stem.lower()
    names = [name for name in TABLES if re.match(rf"{name}(?![a-z_])|{name}_(?=\d|$)", stem)]
    return max(names, key=len, default=None)


def _part(sample: Sample) -> _Part | None:
    """Return the records of one sheet below its headings, without totals; None where there is no heading."""
    start, headings = (1, tuple(sample.rows[0])) if sample.header_is_first else find_headings(sample.rows)
    if not headings:
        return None
    titles = tuple(cell for row in sample.rows[: max(start - 1, 0)] for cell in row if cell)
    heading = Heading(names=headings, row=start, rows_above=0)
    width = len(headings)
    records = [
        [*row[:width], *[""] * (width - len(row))] for row in sample.rows[start:] if row_kind(row, heading) == "record"
    ]
    return _Part(sample=sample, titles=titles, headings=headings, records=records)


def _sheets_together(parts: Iterable[_Part]) -> list[list[_Part]]:
    """Return the sheets of each file, those with the same headings together."""
    groups: list[list[_Part]] = []
    for part in parts:
        for group in groups:
            if group[0].sample.path == part.sample.path and _likeness(group[0], part) >= _SAME_SHEET:
                group.append(part)
                break
        else:
            groups.append([part])
    return groups


def _files_together(folder: Path, sheets: Sequence[list[_Part]]) -> list[list[_Part]]:
    """Return the groups of sheets of one kind, of files whose names differ in numbers and months only."""
    groups: list[list[_Part]] = []
    for group in sheets:
        same = (other for other in groups if _is_one_kind(folder, other, group))
        if (first := next(same, None)) is not None:
            first.extend(group)
        else:
            groups.append(list(group))
    return groups


def _is_one_kind(folder: Path, one: Sequence[_Part], other: Sequence[_Part]) -> bool:
    path, next_path = one[0].sample.path, other[0].sample.path
    if (
        path == next_path
        or path.is_dir()
        or next_path.is_dir()
        or path.suffix.lower() != next_path.suffix.lower()
        or path.parent != next_path.parent
    ):
        return False
    if named_table(path) is not None and named_table(path) == named_table(next_path):
        return True
    return stem_pattern(path) == stem_pattern(next_path) and max(_likeness(a, b) for a in one for b in other) >= _ALIKE


def _likeness(one: _Part, other: _Part) -> float:
    """Return the share of headings that two sheets have in common."""
    first, second = set(one.headings), set(other.headings)
    return len(first & second) / max(len(first | second), 1)


def stem_pattern(path: Path) -> str:
    """Return a file's name as a glob, with a star for each number, day or month in it, without its suffix.

    Examples
    --------
    >>> stem_pattern(Path("考勤2024-05.csv")), stem_pattern(Path("calls_2026_v2.csv"))
    ('考勤*', 'calls_*_v*')
    """
    return re.sub(r"\*+", "*", _CHANGING.sub("*", glob.escape(path.stem)))


def _extract(folder: Path, parts: Sequence[_Part], sheets: Mapping[Path, Sequence[str]]) -> Extract:
    files = tuple(dict.fromkeys(part.sample.path for part in parts))
    headings = tuple(dict.fromkeys(name for part in parts for name in part.headings))
    share = max(_MOST_RECORDS // max(len(parts), 1), 200)
    records: list[tuple[str, ...]] = []
    for part in parts:
        places = [part.headings.index(name) if name in part.headings else -1 for name in headings]
        chosen = spread(part.records, share)
        records += [tuple(row[place] if place >= 0 else "" for place in places) for row in chosen]
    names = [set(part.headings) for part in parts]
    sheet_names = tuple(dict.fromkeys(part.sample.sheet for part in parts if part.sample.sheet))
    return Extract(
        files=files,
        pattern=_pattern(folder, files),
        sheets=sheet_names,
        titles=tuple(dict.fromkeys(title for part in parts for title in part.titles)),
        headings=headings,
        records=tuple(records),
        numeric=frozenset(part.headings[i] for part in parts for i in part.sample.numeric if i < len(part.headings)),
        partial=frozenset(name for name in headings if not all(name in each for each in names)),
        delimiter=parts[0].sample.delimiter,
        all_sheets=tuple(dict.fromkeys(name for path in files for name in sheets[path] if name)),
        places=tuple(path.relative_to(folder).as_posix() for path in files),
    )


def _pattern(folder: Path, files: Sequence[Path]) -> str:
    """Return the name of one file, or a glob of several that matches no other file of the folder."""
    names = [path.relative_to(folder).as_posix() for path in files]
    if len(names) == 1:
        return glob.escape(names[0])
    parent = files[0].parent
    table = named_table(files[0])
    candidates = [f"{table}*{files[0].suffix}"] if table else []
    candidates += [f"{stem_pattern(files[0])}{files[0].suffix}", f"*{files[0].suffix}"]
    place = parent.relative_to(folder).as_posix()
    for candidate in candidates:
        if set(parent.glob(candidate)) == set(files):
            return candidate if place == "." else f"{glob.escape(place)}/{candidate}"
    return candidates[0] if place == "." else f"{glob.escape(place)}/{candidates[0]}"


def message_for_unreadable(fault: Fault) -> Phrase:
    """Return the line that says why a file was left out."""
    return Phrase("{file}: ", "{file}：", file=fault.file) + fault.rule + Phrase("; ", "；") + fault.advice
