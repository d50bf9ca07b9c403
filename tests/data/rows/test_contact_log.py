"""A log of contacts becomes contacts: sums by agent, day and queue, repeats as known then, and no customer anywhere."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from attrition.data import engine, sources
from attrition.data.centre import Centre
from attrition.errors import DeclarationError
from tests.data.sites import faults_of, open_site, quality_rows, write_site

LOG = """\
contact_id,agent_id,started_at,queue,talk_seconds,transferred,abusive,complaint,csat,customer_id
1,001,2025-03-03 09:00:00,orders,100,true,false,false,5,K-17
2,001,2025-03-03 09:30:00,orders,300,false,true,false,,K-18
3,001,2025-03-03 10:00:00,billing,50,false,false,true,2,K-19
4,1E5,2025-03-05 09:00:00,orders,80,false,false,false,4,K-17
5,1E5,2025-03-20 09:00:00,orders,80,false,false,false,,K-18
"""
WEEK = 'repeats_within = "7 days"\n'


def contacts(centre: Centre, day: str = "2030-01-01") -> pd.DataFrame:
    """Return the contacts as they were known on a day, by agent, date and queue."""
    rows = centre.tables["contacts"].execute()
    known, replaced = pd.to_datetime(rows["known_on"]), pd.to_datetime(rows["superseded_on"])
    rows = rows[(known <= day) & ~(replaced <= day)]
    rows["contact_date"] = rows["contact_date"].astype(str)
    return rows.set_index(["agent_id", "contact_date", "queue"]).sort_index()


def test_contacts_are_added_up_by_agent_day_and_queue(tmp_path: Path) -> None:
    rows = contacts(open_site(tmp_path, {"contact_log": LOG}))
    assert len(rows) == 4
    names = ["handled", "talk_seconds", "transfers", "abusive", "complaints", "csat_sum", "csat_count"]
    assert rows.loc[("001", "2025-03-03", "orders"), names].tolist() == [2, 400, 1, 1, 0, 5, 1]


def test_a_contact_is_repeated_where_the_customer_contacts_anybody_again_within_the_window(tmp_path: Path) -> None:
    repeats = contacts(open_site(tmp_path, {"contact_log": LOG}, contact_log=WEEK))["repeats"]
    assert repeats[("001", "2025-03-03", "orders")] == 1  # K-17 on the 5th; K-18 on the 20th is too late
    assert repeats[("1E5", "2025-03-05", "orders")] == 0


def test_the_window_is_two_hours_or_declared(tmp_path: Path) -> None:
    log = {"contact_log": LOG}
    short = contacts(open_site(tmp_path / "a", log))["repeats"]  # two hours unless declared
    long = contacts(open_site(tmp_path / "b", log, contact_log='repeats_within = "17 days"\n'))["repeats"]
    assert short[("001", "2025-03-03", "orders")] == 0
    assert long[("001", "2025-03-03", "orders")] == 2


def test_repeats_are_unknown_until_the_window_has_passed_and_where_the_log_ends_before(tmp_path: Path) -> None:
    centre = open_site(tmp_path, {"contact_log": LOG}, contact_log="recording_delay_days = 1\n" + WEEK)
    row = ("001", "2025-03-03", "orders")
    assert contacts(centre, "2025-03-04").loc[row, "handled"] == 2
    assert pd.isna(contacts(centre, "2025-03-10").loc[row, "repeats"])
    assert contacts(centre, "2025-03-11").loc[row, "repeats"] == 1
    assert pd.isna(contacts(centre).loc[("1E5", "2025-03-20", "orders"), "repeats"])


def test_what_was_known_on_a_day_does_not_change_with_later_contacts(tmp_path: Path) -> None:
    earlier = "".join(line for line in LOG.splitlines(keepends=True) if "03-20" not in line)
    one, other = (
        contacts(open_site(tmp_path / name, {"contact_log": log}), "2025-03-06")
        for name, log in (("a", LOG), ("b", earlier))
    )
    pd.testing.assert_frame_equal(one.drop(columns="superseded_on"), other.drop(columns="superseded_on"))


def test_repeats_as_supplied_count_and_not_the_customers(tmp_path: Path) -> None:
    log = "contact_id,agent_id,started_at,repeated,customer_id\n1,001,2025-03-03 09:00:00,false,K\n"
    log += "2,001,2025-03-03 09:10:00,true,K\n"
    rows = open_site(tmp_path, {"contact_log": log}).tables["contacts"].execute()
    assert rows[["handled", "repeats"]].to_numpy().tolist() == [[2, 1]]


def test_a_contact_that_is_corrected_later_counts_as_it_was_known(tmp_path: Path) -> None:
    log = "contact_id,agent_id,started_at,queue,complaint,recorded_at\n"
    log += (
        "1,001,2025-03-03 09:00:00,a,false,2025-03-03 12:00:00\n1,001,2025-03-03 09:00:00,a,true,2025-04-02 12:00:00\n"
    )
    centre = open_site(tmp_path, {"contact_log": log})
    row = ("001", "2025-03-03", "a")
    assert contacts(centre, "2025-03-31").loc[row, ["handled", "complaints"]].tolist() == [1, 0]
    assert contacts(centre, "2025-04-30").loc[row, ["handled", "complaints"]].tolist() == [1, 1]


def test_times_with_an_offset_are_days_on_the_site_s_clock(tmp_path: Path) -> None:
    log = "contact_id,agent_id,started_at\n1,001,2025-03-03T23:30:00Z\n"
    rows = open_site(tmp_path, {"contact_log": log}).tables["contacts"].execute()
    assert str(rows["contact_date"][0])[:10] == "2025-03-04"


def test_every_row_of_the_log_is_used_and_counted(tmp_path: Path) -> None:
    log = LOG + LOG.splitlines()[-1] + "\n6,001,2025-03-21 09:00:00,orders,80,false,false,false,,\n"
    centre = open_site(tmp_path, {"contact_log": log})
    of_log, of_contacts = quality_rows(centre, "contact_log"), quality_rows(centre, "contacts")
    assert of_log["rows read"] == of_log["rows used"] + of_log["set aside: repeated row"] == 7
    assert of_log["noticed: contact without a customer_id, which counts as not repeated"] == 1
    assert of_contacts["rows read"] == of_contacts["rows used"] == len(centre.tables["contacts"].execute())


def test_no_customer_is_left_in_any_table(tmp_path: Path) -> None:
    centre = open_site(tmp_path, {"contact_log": LOG})
    tables = engine.fetch_rows(centre.con, "SELECT table_name FROM information_schema.tables")
    texts = [str(engine.fetch_rows(centre.con, f'SELECT * FROM "{name}"')) for (name,) in tables]
    assert len(texts) > 3
    assert not any("K-1" in text for text in texts)


def test_a_customer_in_very_many_contacts_is_refused_without_naming_them(tmp_path: Path) -> None:
    rows = "".join(f"{n},001,2025-03-{3 + n % 20:02} 09:00:00,{'anon' if n % 9 == 0 else n}\n" for n in range(1200))
    log = {"contact_log": "contact_id,agent_id,started_at,customer_id\n" + rows}
    faults = faults_of(tmp_path / "a", log)
    assert [(fault.column, str(fault.rule), fault.stops) for fault in faults] == [
        ("customer_id", "one customer_id in very many contacts", True)
    ]
    assert "anon" not in str(faults)
    open_site(tmp_path / "b", log, contact_log='missing = { customer_id = ["anon"] }\n')


def test_logins_of_the_log_are_looked_up_on_the_day_of_the_contact(tmp_path: Path) -> None:
    logins = "system,id,agent_id,valid_from\nacd,x,001,2025-01-01\nacd,x,1E5,2025-03-04\n"
    log = "contact_id,agent_id,started_at\n1,x,2025-03-03 23:59:00\n2,x,2025-03-04 00:01:00\n"
    centre = open_site(tmp_path, {"identities": logins, "contact_log": log}, contact_log='ids = "acd"\n')
    assert sorted(centre.tables["contacts"].execute()["agent_id"]) == ["001", "1E5"]


def test_contacts_and_their_log_together_are_refused(tmp_path: Path) -> None:
    site = write_site(tmp_path, {"contact_log": LOG, "contacts": "agent_id,contact_date,handled\n"})
    with pytest.raises(DeclarationError, match="leave one of them out, best contacts"):
        sources.read(site)


def test_a_doubt_about_the_contacts_names_the_table_that_the_site_declares(tmp_path: Path) -> None:
    rows = "".join(f"{n},001,2025-03-{3 + n % 20:02} 09:00:00,4\n" for n in range(100))
    faults = faults_of(tmp_path, {"contact_log": "contact_id,agent_id,started_at,talk_seconds\n" + rows})
    [fault] = [fault for fault in faults if fault.column == "talk_seconds"]
    assert fault.table == "contact_log"
    assert 'units = { talk_seconds = "minutes" } under [tables.contact_log]' in fault.advice
