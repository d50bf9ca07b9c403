"""Corruptions of what happened: withdrawn exits, kinds swapped, transfers, reorganisations, rehires, second exits."""

from __future__ import annotations

import pandas as pd

from wrong_tables.exports import Exports, as_text, days


def add_withdrawn_exits(exports: Exports) -> None:
    """Add the resignations of one in twenty of those at work, who withdrew them and go on working."""
    exits, staying = exports.read("exits"), _staying(exports)
    chosen = staying[exports.some(staying, 0.05)]
    last = days(exits["exit_date"]).max()
    day = pd.to_datetime([last - pd.Timedelta(days=int(n)) for n in exports.rng.integers(150, 270, len(chosen))])
    rows = pd.DataFrame({"agent_id": chosen["agent_id"], "exit_date": day, "exit_type": "voluntary"})
    rows = rows[rows["exit_date"] > days(chosen["hire_date"])]
    recorded = (rows["exit_date"] - pd.Timedelta(days=20)).dt.strftime("%Y-%m-%d 09:00:00")
    rows = rows.assign(notice_date=as_text(rows["exit_date"] - pd.Timedelta(days=21)), recorded_at=recorded)
    rows = rows.assign(exit_date=as_text(rows["exit_date"]), is_retracted="false", reason="pay")
    exports.write("exits", pd.concat([exits, rows[exits.columns]]))


def blank_kinds(exports: Exports) -> None:
    """Leave the kind of three exits in ten empty."""
    rows = exports.read("exits")
    exports.write("exits", rows.assign(exit_type=rows["exit_type"].mask(exports.some(rows, 0.3), "")))


def swap_kinds_of_one_site(exports: Exports) -> None:
    """Swap resignations and dismissals of one site: its clerk reads the code the other way round."""
    agents, rows = exports.agents_of_one_site(), exports.read("exits")
    other = rows["exit_type"].replace({"voluntary": "involuntary", "involuntary": "voluntary"})
    exports.write("exits", rows.assign(exit_type=rows["exit_type"].mask(rows["agent_id"].isin(agents), other)))


def code_a_transfer_as_resignations(exports: Exports) -> None:
    """Let 24 of one site resign on one day, and be hired the next day under new numbers, with their work."""
    agents, staying = exports.agents_of_one_site(), _staying(exports)
    exits = exports.read("exits")
    day = (days(exits["exit_date"]).max() - pd.DateOffset(months=7)).to_period("M").to_timestamp() - pd.Timedelta(
        days=1
    )
    staying = staying[staying["agent_id"].isin(agents) & (days(staying["hire_date"]) < day)].head(24)
    numbers = {old: str(int(old) + 5_000_000).zfill(len(old)) for old in staying["agent_id"]}
    left = {"exit_date": f"{day:%Y-%m-%d}", "exit_type": "voluntary", "notice_date": "", "reason": "family"}
    left |= {"recorded_at": f"{day:%Y-%m-%d} 10:00:00", "is_retracted": "false"}
    exports.write("exits", pd.concat([exits, staying[["agent_id"]].assign(**left)[exits.columns]]))
    new = staying.assign(agent_id=staying["agent_id"].map(numbers), hire_date=f"{day + pd.Timedelta(days=1):%Y-%m-%d}")
    exports.change("agents", lambda rows: pd.concat([rows, new]))
    _move_later_rows(exports, numbers, day)


def _move_later_rows(exports: Exports, numbers: dict[str, str], day: pd.Timestamp) -> None:
    """Give the later rows of the daily tables the new numbers, and repeat the latest pay and assignment under them."""
    for table, column in (("shifts", "shift_date"), ("contacts", "contact_date"), ("qa_evaluations", "evaluated_on")):
        rows = exports.read(table)
        is_moved = rows["agent_id"].isin(list(numbers)) & (pd.to_datetime(rows[column]) > day)
        exports.write(table, rows.assign(agent_id=rows["agent_id"].mask(is_moved, rows["agent_id"].map(numbers))))
    for table in ("assignments", "pay"):
        rows = exports.read(table)
        current = rows[rows["agent_id"].isin(list(numbers)) & (days(rows["effective_date"]) <= day)]
        current = current.sort_values("effective_date").drop_duplicates("agent_id", keep="last")
        again = {"effective_date": f"{day + pd.Timedelta(days=1):%Y-%m-%d}", "recorded_at": f"{day:%Y-%m-%d} 10:00:00"}
        current = current.assign(agent_id=current["agent_id"].map(numbers), **again)
        exports.write(table, pd.concat([rows, current]))


def rename_every_team(exports: Exports) -> None:
    """Cut every team anew on one day: each current assignment is repeated under another team and leader."""
    rows = exports.read("assignments")
    day = (days(rows["recorded_at"]).max() - pd.DateOffset(months=6)).to_period("M").to_timestamp()
    gone = set(exports.read("exits").loc[lambda exits: days(exits["exit_date"]) <= day, "agent_id"])
    current = rows[days(rows["effective_date"]) < day].sort_values("effective_date")
    current = current.drop_duplicates("agent_id", keep="last").loc[lambda t: ~t["agent_id"].isin(gone)]
    teams = sorted(rows["team_id"].unique())
    new = {team: f"CX-{number}" for team, number in zip(teams, exports.rng.permutation(len(teams)), strict=True)}
    again = {"effective_date": f"{day:%Y-%m-%d}", "recorded_at": f"{day:%Y-%m-%d} 08:00:00"}
    later = days(rows["effective_date"]) >= day
    rows = rows.assign(team_id=rows["team_id"].mask(later, rows["team_id"].map(new)))
    exports.write("assignments", pd.concat([rows, current.assign(team_id=current["team_id"].map(new), **again)]))


def rehire_under_the_first_date(exports: Exports) -> None:
    """Let twelve who left work again half a year later, without a new row in the roster."""
    _work_again(exports, months=3)


def add_second_exits(exports: Exports) -> None:
    """Give one leaver in ten a second exit two months later, without a hire between."""
    rows = exports.standing_exits()
    again = rows[exports.some(rows, 0.1)]
    later = {name: as_text(days(again[name]) + pd.Timedelta(days=61)) for name in ("exit_date", "notice_date")}
    later["recorded_at"] = (days(again["recorded_at"]) + pd.Timedelta(days=61)).dt.strftime("%Y-%m-%d %H:%M:%S")
    exports.change("exits", lambda all_rows: pd.concat([all_rows, again.assign(**later)]))


def merge_two_agents(exports: Exports) -> None:
    """Give the number of a leaver to somebody hired later, in every table: numbers are used again."""
    exits, agents = exports.standing_exits(), exports.read("agents")
    last_exit = days(exits.drop_duplicates("agent_id", keep="last").set_index("agent_id")["exit_date"]).sort_values()
    hires = agents.assign(day=days(agents["hire_date"])).sort_values("day")
    hires = hires[~hires["agent_id"].isin(last_exit.index)]
    leavers = last_exit[last_exit < hires["day"].max() - pd.Timedelta(days=60)].head(12)
    newcomers = hires[hires["day"] > leavers.max() + pd.Timedelta(days=30)]["agent_id"].head(len(leavers))
    numbers = dict(zip(newcomers, leavers.index, strict=False))
    for path in sorted((exports.workspace / "exports").glob("*.*")):
        rows = exports.read(path.stem)
        if "agent_id" in rows:
            exports.write(path.stem, rows.assign(agent_id=rows["agent_id"].replace(numbers)))
    kept = ["agent_id", "hire_date"]
    exports.change("agents", lambda rows: rows.sort_values(kept).drop_duplicates("agent_id", keep="first"))


def _work_again(exports: Exports, *, months: int) -> None:
    """Repeat the last months of twelve leavers' daily rows after their exit."""
    exits = exports.standing_exits().drop_duplicates("agent_id", keep="last")
    day = days(exits["exit_date"])
    early = exits[day < day.max() - pd.DateOffset(months=11)]
    chosen = set(early.loc[exports.rng.permutation(early.index)[:12], "agent_id"])
    for table, column in (("shifts", "shift_date"), ("contacts", "contact_date")):
        rows = exports.read(table)
        mine = rows[rows["agent_id"].isin(chosen)]
        when = pd.to_datetime(mine[column])
        is_recent = when > when.groupby(mine["agent_id"]).transform("max") - pd.DateOffset(months=months)
        again = mine[is_recent].assign(**{column: (when[is_recent] + pd.Timedelta(days=273)).dt.date})
        exports.write(table, pd.concat([rows, again]))


def _staying(exports: Exports) -> pd.DataFrame:
    """Return the rows of the roster of those without an exit, the longest employed first."""
    gone = set(exports.read("exits")["agent_id"])
    agents = exports.read("agents")
    return agents[~agents["agent_id"].isin(gone)].sort_values("hire_date").reset_index(drop=True)
