"""Cases that were refused for want of a key: each is let in by one line, and every row is used or counted.

| case | the key that lets it in | what the test holds | its meaning is tested in |
|---|---|---|---|
| 02 numbers with dots or commas | `decimal` | 40 and 30 rows read, none left out | test_cases_values |
| 02b German numbers in full | `decimal` | 40 rows read | test_cases_values |
| 04 half hours | none: times of day tell parts | 1,929 rows become 643 days | test_cases_values |
| 05 title, two headings, total | none: headings are found | 5 rows set aside of 45 | test_cases_files |
| 06 high dates | `only_with` | 30 open ends set aside of 40 | test_cases_values |
| 08 work goes on after the exit | `if_work_goes_on` | 3 exits set aside of 13 | test_cases_links |
| 10 logins | `identities`, `ids` | 643 rows find their agent | test_cases_links |
| 11 split shifts | `duplicates = "sum"` | 1,286 rows become 643 days | test_cases_values |
| 12 list of SAP | none: `sep=;`, `150.00-`, `00.00.0000` | 40 and 10 rows read | test_cases_values |
| 13 two jobs at once | `duplicates = "last"` | 6 rows set aside of 46 | test_cases_values |
| 14 vanished without an exit | `exits_from` | 946 rows read | test_cases_presence |
| 15 percent signs | none | 40 rows read | test_cases_values |
| 18 float ids | `ids = { pattern }` or `strip_suffix` | 10 rows read | test_cases_links |
| 21b serials from 1904 | none: the workbook says so | 10 rows read | test_cases_files |
| 23 ids in two ways | `ids = { case }` | 40 rows read | test_cases_links |
| 27 heading twice | `"Employee ID#1"` or `"#1"` | 40 rows read | test_cases_files |
| 28 three periods of pay | `pay_period`, a column that says so | still refused without it | test_cases_units |
| 30 monthly extracts | `recorded_at_from` | 193 repeats set aside of 240 | test_cases_files |

Case 03 needs no key (an offset says it), and 19 stays refused: its exits are of people whom nobody knows.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.data.cases import open_case
from tests.data.sites import quality_rows
from tests.everyday import some_every_day

LOGINS = 'path = "data/crosswalk.csv"\nconstants = { system = "acd" }\ncolumns = { acd_login = "id" }'


LET_IN: list[tuple[str, dict[str, str], str, int, int]] = [
    ("02", {"pay": 'decimal = ","', "bonuses": 'decimal = ","'}, "bonuses", 30, 30),
    ("02b", {"pay": 'decimal = ","'}, "pay", 40, 40),
    ("04", {}, "contacts", 1929, 643),
    ("05", {}, "agents", 45, 40),
    ("06", {}, "exits", 40, 10),
    ("08", {"exits": 'if_work_goes_on = "withdrawn"'}, "exits", 13, 10),
    ("10", {"identities": LOGINS, "contacts": 'ids = "acd"'}, "contacts", 643, 643),
    ("11", {"shifts": 'duplicates = "sum"'}, "shifts", 1286, 643),
    ("12", {}, "bonuses", 40, 40),
    ("13", {"assignments": 'duplicates = "last"'}, "assignments", 46, 40),
    ("14", {"site": 'exits_from = "absence"'}, "snapshots", 946, 946),
    ("15", {}, "qa_evaluations", 40, 40),
    ("18", {"exits": "ids = { pattern = '^(\\d+)[.]0$' }"}, "exits", 10, 10),
    ("21b", {}, "exits", 10, 10),
    ("23", {"pay": 'ids = { case = "upper" }'}, "pay", 40, 40),
    ("30", {"agents": 'recorded_at_from = "file name"'}, "agents", 240, 47),
]
"""Number, keys, a table and how many of its rows are read and used."""
EVERY_DAY = ("05", "10", "11", "14", "30")
"""With a key and without, rows set aside, added up and all used; what each key means is tested every day, see above."""


@pytest.mark.parametrize("case", some_every_day(LET_IN, everyday=[case for case in LET_IN if case[0] in EVERY_DAY]))
def test_one_line_lets_the_case_in(tmp_path: Path, case: tuple[str, dict[str, str], str, int, int]) -> None:
    number, keys, table, read, used = case
    counts = quality_rows(open_case(tmp_path, number, **keys), table)
    assert (counts["rows read"], counts["rows used"]) == (read, used)
    aside = sum(rows for rule, rows in counts.items() if rule.startswith(("set aside: ", "summed: ")))
    assert read == used + aside
