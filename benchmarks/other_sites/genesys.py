"""Half hours of a Genesys ACD in UTC under logins, some of which were handed on, and the list of the logins."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pandas as pd

from other_sites.cut import Cut
from other_sites.sap import ENCODING, OPEN_END, day_text


def write_logins(cut: Cut, path: Path) -> pd.DataFrame:
    """Write who had which login of the ACD: whoever is hired takes the one that was free longest, or a new one.

    Every twentieth agent has a second login, for chats.
    """
    spells = cut["agents"][["agent_id", "hire_date"]].sort_values("hire_date").drop_duplicates("agent_id", keep="last")
    last_days = cut["exits"].groupby("agent_id")["exit_date"].max()
    free: list[tuple[pd.Timestamp, str]] = []
    rows = []
    for agent in spells.itertuples():
        is_free = bool(free) and free[0][0] < agent.hire_date - pd.Timedelta(days=31)
        login = free.pop(0)[1] if is_free else f"agt{len(rows) + 700}@acd"
        last = last_days.get(agent.agent_id, pd.NaT)
        last = pd.NaT if last < agent.hire_date else last  # came back
        rows.append({"id": login, "agent_id": agent.agent_id, "valid_from": agent.hire_date, "valid_to": last})
        if not pd.isna(last):
            free = sorted([*free, (last, login)])
    logins = pd.DataFrame(rows)
    logins["second"] = ("chat-" + logins["agent_id"]).where(logins.index % 20 == 0)
    both = pd.concat([logins, logins.dropna(subset=["second"]).assign(id=logins["second"])])
    written = pd.DataFrame(
        {
            "Login": both["id"],
            "Personalnummer": both["agent_id"].astype(int),
            "gültig von": both["valid_from"].map(day_text),
            "gültig bis": both["valid_to"].map(lambda day: day_text(day, OPEN_END)),
        }
    )
    written.to_csv(path, sep=";", index=False, encoding=ENCODING)
    return logins


def write_intervals(contacts: pd.DataFrame, logins: pd.DataFrame, path: Path, rng: Random) -> pd.DataFrame:
    """Write contacts under logins in one to four half hours of a day, in UTC, and return those of known logins."""
    contacts = contacts.merge(logins, on="agent_id")
    is_theirs = contacts["contact_date"] >= contacts["valid_from"]
    is_theirs &= contacts["valid_to"].isna() | (contacts["contact_date"] <= contacts["valid_to"])
    contacts = contacts[is_theirs].reset_index(drop=True)
    parts = pd.Series([rng.randint(1, 4) for _ in range(len(contacts))])
    first_half_hours = pd.Series([rng.randint(0, 44) for _ in range(len(contacts))])
    first_half_hours = first_half_hours.clip(lower=contacts["contact_date"].map(_first_half_hour_without_gap))
    pieces = [_piece(contacts[parts > n], parts[parts > n], first_half_hours[parts > n] + n, n) for n in range(4)]
    pd.concat(pieces).sort_values(["Interval Start", "Agent"]).to_csv(path, index=False)
    return contacts[["agent_id", "contact_date", "queue", *_COUNTS, *_SECONDS]]


_COUNTS = ["handled", "transfers"]
_SECONDS = ["talk_seconds", "hold_seconds", "wrap_seconds"]


def _first_half_hour_without_gap(day: pd.Timestamp) -> int:
    """Return 8, four in the morning, on the last Sunday of March, on which an hour of the night does not exist."""
    return 8 if day.month == 3 and day.day >= 25 and day.dayofweek == 6 else 0


def _piece(rows: pd.DataFrame, parts: pd.Series, half_hour: pd.Series, n: int) -> pd.DataFrame:
    """Return the n-th part of each day's contacts; the first part takes what cannot be divided."""
    start = rows["contact_date"] + pd.to_timedelta(half_hour * 30, unit="min")
    start = start.dt.tz_localize("Europe/Berlin", ambiguous=False, nonexistent="shift_forward").dt.tz_convert("UTC")
    share = {name: rows[name] // parts + (rows[name] % parts if n == 0 else 0) for name in [*_COUNTS, *_SECONDS]}
    return pd.DataFrame(
        {
            "Interval Start": start.dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "Agent": rows["second"].fillna(rows["id"]) if n % 2 else rows["id"],
            "Queue": rows["queue"],
            "Handled": share["handled"],
            "Transferred": share["transfers"],
            "Total Talk": share["talk_seconds"].map(_three_parts),
            "Total Hold": share["hold_seconds"].map(_three_parts),
            "Total ACW": share["wrap_seconds"].map(_three_parts),
        }
    )


def _three_parts(seconds: float) -> str:
    return f"{int(seconds) // 3600:02}:{int(seconds) % 3600 // 60:02}:{int(seconds) % 60:02}"
