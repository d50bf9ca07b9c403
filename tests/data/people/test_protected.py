"""Protected attributes are read for audits: each agent once, as known today."""

import ibis
import pandas as pd

from attrition.data.people.protected import protected_attributes
from tests.text_tables import tables

AGENTS = """
agent_id | hire_date  | birth_date | gender | site
a        | 2025-01-06 | 1999-05-01 | female | Foshan
b        | 2024-01-08 | 1995-02-03 | male   | Foshan
b        | 2026-02-02 | 1995-02-04 | male   | Wuhan
"""


def test_attributes_come_from_the_last_hire_of_each_agent(con: ibis.BaseBackend) -> None:
    attributes = protected_attributes(tables(con, agents=AGENTS)).set_index("agent_id")
    assert list(attributes) == ["birth_date", "gender"]
    assert pd.to_datetime(attributes["birth_date"]).dt.date.astype(str).to_dict() == {
        "a": "1999-05-01",
        "b": "1995-02-04",
    }


def test_the_audit_table_counts_where_both_tables_hold_an_attribute(con: ibis.BaseBackend) -> None:
    rows = {"agent_id": ["a", "b"], "gender": ["other", "male"], "is_minority": ["true", "false"]}
    audit = con.create_table("audit", pd.DataFrame(rows)).mutate(superseded_on=ibis.null("date"))
    attributes = protected_attributes({**tables(con, agents=AGENTS), "audit_attributes": audit}).set_index("agent_id")
    assert attributes["gender"].to_dict() == {"a": "other", "b": "male"}
    assert attributes["is_minority"].to_dict() == {"a": "true", "b": "false"}


def test_without_a_protected_attribute_there_are_only_ids(con: ibis.BaseBackend) -> None:
    pay = "agent_id | effective_date | base_pay\na | 2026-01-01 | 4000\n"
    assert list(protected_attributes(tables(con, pay=pay))) == ["agent_id"]
