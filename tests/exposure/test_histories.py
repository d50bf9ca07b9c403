"""A history lists rows as known at the time, once per stretch of months without changes."""

from __future__ import annotations

import ibis
import pandas as pd

from attrition.exposure.calendar import month_number
from attrition.exposure.histories import history, join_agent_months
from attrition.exposure.open_past import open_past
from attrition.exposure.past import Past
from tests.text_tables import tables

PAY = """
agent_id | effective_date | base_pay | known_on   | superseded_on
A        | 2025-01-01     | 10       | 2025-01-01 |
A        | 2025-03-01     | 20       | 2025-05-02 | 2025-06-05
A        | 2025-03-01     | 15       | 2025-06-05 |
A        | 2025-04-01     | 30       | 2025-04-01 |
"""


def past_of(con: ibis.BaseBackend) -> Past:
    agents = "agent_id | hire_date\nA | 2025-01-01"
    texts = tables(con, agents=agents, exits="agent_id | exit_date | exit_type", pay=PAY)
    return open_past(texts, pd.Timestamp("2025-01-31"), pd.Timestamp("2025-07-31"))


def test_each_row_stands_after_the_row_that_was_known_to_come_before_it(con: ibis.BaseBackend) -> None:
    rows = history(past_of(con), "pay", ["base_pay"]).execute()
    last = rows[rows["effective_date"].astype(str) == "2025-04-01"].sort_values("from_month")
    assert (last["from_month"] % 12 + 1).tolist() == [4, 5, 6]
    assert last["base_pay_before"].tolist() == [10, 20, 15]


def test_every_agent_month_sees_the_history_of_its_stretch(con: ibis.BaseBackend) -> None:
    past = past_of(con)
    visible = join_agent_months(past, history(past, "pay", ["base_pay"])).execute()
    by_month = visible.sort_values("effective_date").groupby("month")["base_pay"].apply(list)
    assert by_month.tolist() == [[10], [10], [10], [10, 30], [10, 20, 30], [10, 15, 30], [10, 15, 30]]


def test_a_history_shows_the_same_rows_as_events(con: ibis.BaseBackend) -> None:
    past = past_of(con)
    visible = join_agent_months(past, history(past, "pay", ["base_pay"]))
    events = past.events("pay", months=1200)
    rows = [
        sorted(table.select(month_number(table.as_of).name("month"), "base_pay").execute().itertuples(index=False))
        for table in (visible, events)
    ]
    assert rows[0] == rows[1]
