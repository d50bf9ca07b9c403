"""A site or queue of service levels that no other table names is said, since the report would show it apart."""

from __future__ import annotations

from pathlib import Path

from tests.data.sites import faults_of

CONTACTS = "agent_id,contact_date,queue,handled\n001,2025-04-01,billing,10\n"


def test_a_queue_under_another_name_is_named_with_its_rows(tmp_path: Path) -> None:
    levels = "queue,starts_at,offered,answered\nbilling,2025-04-01,100,90\nBilling EN,2025-04-01,100,90\n"
    faults = faults_of(tmp_path, {"contacts": CONTACTS, "service_levels": levels})
    (fault,) = [fault for fault in faults if fault.table == "service_levels"]
    assert (fault.column, fault.rows, fault.stops) == ("queue", 1, False)
    assert fault.rule == "names that contacts does not have: Billing EN"


def test_names_that_agree_are_no_fault(tmp_path: Path) -> None:
    levels = "queue,starts_at,offered,answered\nbilling,2025-04-01,100,90\n"
    faults = faults_of(tmp_path, {"contacts": CONTACTS, "service_levels": levels})
    assert [fault for fault in faults if fault.table == "service_levels"] == []
