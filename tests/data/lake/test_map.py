"""A folder of exports in which tables of a lake lie: each is one table, whichever files its log has removed."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from attrition.data.guess.draft import draft_sources, scan_folder
from attrition.data.guess.inventory import take_inventory
from attrition.data.synthetic import write_centre
from attrition.steps.folder_map import look_at_folder

deltalake = pytest.importorskip("deltalake", reason="the extra lake is not installed")


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The exports of a centre: contacts as a Delta table of many files, months of which a table each, too."""
    folder = tmp_path_factory.mktemp("centre") / "exports"
    write_centre(folder, agents=15, months=3, seed=1)
    contacts = pq.ParquetFile(folder / "contacts.parquet").read()
    (folder / "contacts.parquet").unlink()
    for start in range(0, contacts.num_rows, contacts.num_rows // 20 + 1):
        rows = contacts.slice(start, contacts.num_rows // 20 + 1)
        deltalake.write_deltalake(folder / "lake" / "contacts", rows, mode="append", partition_by=["queue"])
    deltalake.DeltaTable(folder / "lake" / "contacts").optimize.compact()
    for month in ("2026-08", "2026-09"):
        deltalake.write_deltalake(folder / "lake" / f"shifts_{month}", pq.ParquetFile(folder / "shifts.parquet").read())
    (folder / "shifts.parquet").unlink()
    return folder


def test_a_table_of_a_lake_is_one_extract_with_the_rows_that_count(exports: Path) -> None:
    extracts = {extract.pattern: extract for extract in take_inventory(exports).extracts}
    assert [name for name in extracts if name.startswith("lake")] == [
        "lake/contacts",
        "lake/shifts_2026-08",
        "lake/shifts_2026-09",
    ]
    contacts = extracts["lake/contacts"]
    assert contacts.headings == tuple(
        field.name for field in deltalake.DeltaTable(exports / "lake/contacts").schema().fields
    )
    assert "handled" in contacts.numeric
    assert "contact_date" not in contacts.numeric
    assert len(contacts.records) > 500


def test_sources_name_the_folder_of_the_table(exports: Path) -> None:
    draft = draft_sources(scan_folder(exports), shown="exports")
    tables = tomllib.loads(draft.text)["tables"]
    assert tables["contacts"]["path"] == "exports/lake/contacts"
    assert not any("*" in table["path"] for table in tables.values())
    mapped = look_at_folder(exports.parent, exports / "lake" / "contacts", speaks="en", progress=lambda _: None)
    assert tomllib.loads(mapped.draft.text)["tables"]["contacts"]["path"] == "exports/lake/contacts"


def test_without_the_extra_it_is_named_with_what_to_install(exports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "deltalake", None)
    inventory = take_inventory(exports)
    assert not any(extract.pattern.startswith("lake") for extract in inventory.extracts)
    faults = [fault for fault in inventory.faults if fault.file == "contacts"]
    assert [str(fault.advice) for fault in faults] == [
        'reading a Delta table needs the extra "lake": pip install "attrition[lake]"'
    ]
