"""Cases of tables whose people, or days, do not fit together; what is right stands in each case.md."""

from __future__ import annotations

from pathlib import Path

from tests.data.cases import open_case

CROSSWALK = """path = "data/crosswalk.csv"
constants = { system = "acd" }
columns = { acd_login = "id" }"""


def test_contacts_under_acd_logins_are_read_through_the_crosswalk(tmp_path: Path) -> None:
    centre = open_case(tmp_path, "10", identities=CROSSWALK, contacts='ids = "acd"')
    contacts = centre.tables["contacts"].execute()
    assert len(contacts) == 643
    assert set(contacts["agent_id"]) <= {f"E{number:05}" for number in range(1, 41)}
    assert contacts["agent_id"].nunique() == 40
    assert not centre.faults
