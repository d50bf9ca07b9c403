"""Work out which contacts of a log were repeated: the customer contacted the centre again within a window.

A repeated contact is the earlier one, so it counts for the agent who had it. Customers are compared with themselves
only; their numbers are in nothing that these functions make.
"""

from __future__ import annotations

from attrition.data import engine
from attrition.data.engine import Connection, quote_name
from attrition.data.phrase import Phrase

STRAY_SHARE = 0.001
"""This share of the contacts, the last ones, does not say up to when the log reaches: some are dated ahead."""
ONE_CUSTOMER_SHARE, FEWEST_CONTACTS = 0.02, 1000
"""A customer with a larger share of so many contacts is none: it is what a system writes where it knows no customer."""

ONE_CUSTOMER = Phrase("one customer_id in very many contacts", "同一 customer_id 的来电过多")


def create_repeats(con: Connection, relation: str, *, known: str, window: str, delay_days: int) -> None:
    """Create the table ``log_repeats``: by ``contact_id``, ``is_repeated`` and ``repeat_known_on``.

    Both are null where the log ends before the window has passed. A contact without a customer counts as not repeated.

    Parameters
    ----------
    relation : str
        The log, with ``contact_id``, ``customer_id`` and ``started_at``.
    known : str
        The same contacts with ``known_on``.
    window : str
        The time within which a further contact counts, such as "7 days".
    delay_days : int
        Days from an event to its row in the system.
    """
    end = f"(SELECT quantile_disc(CAST(started_at AS DATE), {1 - STRAY_SHARE}) + 1 FROM {quote_name(relation)})"
    until = f"(started_at + INTERVAL '{window}')"
    engine.execute(
        con,
        "CREATE TABLE log_repeats AS WITH first_known AS (SELECT contact_id, min(known_on) AS known_on "
        f"FROM {quote_name(known)} GROUP BY 1), "
        "calls AS (SELECT log.contact_id, first_known.known_on, max(log.customer_id) AS customer_id, "
        f"max(log.started_at) AS started_at FROM {quote_name(relation)} AS log JOIN first_known USING (contact_id) "
        "GROUP BY 1, 2), "
        "followed AS (SELECT *, lead(started_at) OVER next AS next_start, lead(known_on) OVER next AS next_known "
        "FROM calls WINDOW next AS (PARTITION BY customer_id ORDER BY started_at, contact_id)), "
        f"judged AS (SELECT *, customer_id IS NOT NULL AND coalesce(next_start <= {until}, false) AS is_repeated, "
        f"customer_id IS NULL OR {until} <= CAST({end} AS TIMESTAMP) AS is_mature FROM followed) "
        "SELECT contact_id, CASE WHEN is_mature THEN is_repeated END AS is_repeated, "
        "CASE WHEN NOT is_mature THEN NULL WHEN customer_id IS NULL THEN known_on "
        f"ELSE greatest(known_on, CAST({until} AS DATE) + {delay_days}, CASE WHEN is_repeated THEN next_known END) END "
        "AS repeat_known_on FROM judged",
    )


def without_customer(con: Connection, relation: str) -> int:
    """Return the number of contacts of which no customer is known."""
    query = f"SELECT count(*) FILTER (customer_id IS NULL) FROM {quote_name(relation)}"
    return int(engine.fetch_rows(con, query)[0][0])


def is_one_customer(con: Connection, relation: str) -> bool:
    """Return whether one customer has so large a share of the contacts that it can be none."""
    counts = f"SELECT count(*) AS n FROM {quote_name(relation)} WHERE customer_id IS NOT NULL GROUP BY customer_id"
    largest, contacts = engine.fetch_rows(con, f"SELECT coalesce(max(n), 0), coalesce(sum(n), 0) FROM ({counts})")[0]
    return bool(contacts >= FEWEST_CONTACTS and largest > ONE_CUSTOMER_SHARE * contacts)
