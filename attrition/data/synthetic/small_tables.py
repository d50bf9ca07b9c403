"""The small tables: what HR wrote down over all the months, with late and corrected entries, ready to be exported."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from attrition.data.synthetic import columns, leaving, world
from attrition.data.synthetic.market import Market
from attrition.data.synthetic.paperwork import corrected, known, recorded, withdrawn
from attrition.data.synthetic.plan import Month, Plan
from attrition.data.synthetic.records import CAREER_KINDS, SURVEY_ITEMS
from attrition.data.synthetic.teams import FIRST_LEADER
from attrition.data.synthetic.world import NEVER, Frame

PAY_REASONS = ("hire", "promotion", "annual review", "retention")
ACCOUNTS = ("retail", "telecom", "travel", "banking", "utilities")
ARMS = ("", "treated", "control")


def agents(spells: Frame, persons: Frame, rng: np.random.Generator) -> pa.Table:
    """Write the employment spells."""
    who, size = spells["person"], len(spells["person"])
    referred = spells["source"] == world.HIRING_SOURCES.index("referral")
    referrer = who[np.maximum(np.arange(size) - 1 - rng.integers(0, 200, size), 0)]
    known_referrer = referred & (referrer != who)
    return pa.table(
        {
            "agent_id": columns.agent(who),
            "hire_date": columns.date(spells["hire_day"]),
            "birth_date": columns.date(persons["birth_day"][who]),
            "gender": columns.name(("male", "female"), persons["gender"][who]),
            "site": columns.name(world.SITES, persons["site"][who]),
            "education": columns.name(world.EDUCATION, persons["education"][who]),
            "hiring_source": columns.name(world.HIRING_SOURCES, spells["source"]),
            "referrer_id": _where(columns.agent(referrer), known_referrer),
            "employment_type": columns.name(world.EMPLOYMENT, spells["employment"]),
            "contract_end_date": columns.date(spells["contract_end"]),
            "probation_end_date": columns.date(spells["probation_end"]),
            "training_end_date": columns.date(spells["training_end"]),
            "commute_minutes": columns.whole(persons["commute"][who]),
            "fte": columns.number(spells["fte"], 1),
        }
    )


def audit_attributes(spells: Frame, persons: Frame, plan: Plan) -> pa.Table:
    """Write protected attributes, a row a person; they are for audits only."""
    who = np.unique(spells["person"])
    age = (Month(plan.last_month).last - persons["birth_day"][who]) / 365.25
    bands = ("under 25", "25-34", "35-44", "45 and over")
    return pa.table(
        {
            "agent_id": columns.agent(who),
            "gender": columns.name(("male", "female"), persons["gender"][who]),
            "age_band": columns.name(bands, np.searchsorted((25, 35, 45), age, side="right")),
            "is_minority": columns.flag(persons["minority"][who]),
        }
    )


def assignments(rows: Frame, plan: Plan, rng: np.random.Generator) -> pa.Table:
    """Write the job history; one in a hundred entries names the wrong team at first."""
    size = len(rows["day"])
    rows = rows | {"recorded_at": recorded(rng, rows["day"], usual=(-4, 3), late=(0.05, 40))}
    teams = len(plan.team_site)
    wrong = {"team": (rows["team"] + 1) % teams}
    rows = corrected(rows, wrong, where=rng.random(size) < 0.01, rng=rng)
    rows = known(rows, Month(plan.last_month).last, "spell", "day")
    level = rows["level"]
    return pa.table(
        {
            "agent_id": columns.agent(rows["person"]),
            "effective_date": columns.date(rows["day"]),
            "team_id": columns.name([f"T{team + 1:03d}" for team in range(teams)], rows["team"]),
            "supervisor_id": columns.staff(FIRST_LEADER + rows["leader"]),
            "job_role": columns.name(world.ROLES, level // 2),
            "grade": columns.name(world.GRADES, level),
            "skill_count": columns.whole(rows["skills"]),
            "shift_pattern": columns.name(world.SHIFT_PATTERNS, rows["pattern"]),
            "work_mode": columns.name(world.WORK_MODES, rows["mode"]),
            "contract_hours_week": columns.number(np.full(len(level), 40.0), 0),
            "account": columns.name(ACCOUNTS, rows["team"] % len(ACCOUNTS)),
            "recorded_at": columns.moment(rows["recorded_at"]),
        }
    )


def pay(rows: Frame, plan: Plan, rng: np.random.Generator) -> pa.Table:
    """Write base pay; payroll enters one rise in twelve late, and some wrongly at first."""
    size = len(rows["day"])
    rows = rows | {"recorded_at": recorded(rng, rows["day"], usual=(-3, 4), late=(0.08, 65))}
    wrong = {"base_pay": np.round(rows["base_pay"] * rng.choice((0.9, 0.95, 1.06, 1.1), size), -1)}
    rows = corrected(rows, wrong, where=rng.random(size) < 0.025, rng=rng)
    rows = known(rows, Month(plan.last_month).last, "spell", "day")
    return pa.table(
        {
            "agent_id": columns.agent(rows["person"]),
            "effective_date": columns.date(rows["day"]),
            "base_pay": columns.number(rows["base_pay"], 0),
            "currency": columns.name(("CNY",), np.zeros(len(rows["day"]))),
            "change_reason": columns.name(PAY_REASONS, rows["kind"]),
            "recorded_at": columns.moment(rows["recorded_at"]),
        }
    )


def bonuses(rows: Frame, plan: Plan, rng: np.random.Generator) -> pa.Table:
    """Write variable pay; one payment in fifty is corrected later."""
    size = len(rows["day"])
    rows = rows | {"recorded_at": recorded(rng, rows["day"], usual=(0, 4), late=(0.04, 50))}
    wrong = {"amount": np.round(rows["amount"] * rng.uniform(0.7, 1.1, size))}
    rows = corrected(rows, wrong, where=rng.random(size) < 0.02, rng=rng)
    rows = known(rows, Month(plan.last_month).last, "spell", "day")
    return pa.table(
        {
            "agent_id": columns.agent(rows["person"]),
            "pay_date": columns.date(rows["day"]),
            "amount": columns.number(rows["amount"], 0),
            "target_amount": columns.number(rows["target"], 0),
            "currency": columns.name(("CNY",), np.zeros(len(rows["day"]))),
            "recorded_at": columns.moment(rows["recorded_at"]),
        }
    )


def exits(rows: Frame, spells: Frame, plan: Plan, rng: np.random.Generator) -> pa.Table:
    """Write exits; some are entered late, some as the wrong type, and a few by mistake and withdrawn."""
    size = len(rows["exit_day"])
    told = np.minimum(rows["notice_day"], rows["exit_day"])
    rows = rows | {
        "recorded_at": recorded(rng, told, usual=(0, 3), late=(0.06, 40)),
        "is_retracted": np.zeros(size, dtype=bool),
        "reason": _reasons(rows["exit_kind"], rng),
    }
    wrong = {"exit_kind": np.where(rows["exit_kind"] == leaving.OTHER, leaving.VOLUNTARY, leaving.OTHER)}
    rows = corrected(rows, wrong, where=rng.random(size) < 0.03, rng=rng)
    rows = withdrawn(rows, _mistakes(rows, spells, rng), rng=rng)
    rows = known(rows, Month(plan.last_month).last, "spell", "is_retracted")
    return pa.table(
        {
            "agent_id": columns.agent(rows["person"]),
            "exit_date": columns.date(rows["exit_day"]),
            "exit_type": columns.name(leaving.KINDS, rows["exit_kind"]),
            "notice_date": columns.date(rows["notice_day"]),
            "reason": columns.name(world.REASONS, rows["reason"]),
            "recorded_at": columns.moment(rows["recorded_at"]),
            "is_retracted": columns.flag(rows["is_retracted"]),
        }
    )


def _reasons(kind: NDArray, rng: np.random.Generator) -> NDArray:
    """Give a reason on file for most resignations, none for the others."""
    reason = rng.choice(len(world.REASONS), len(kind), p=(0.30, 0.16, 0.14, 0.14, 0.06, 0.04, 0.16))
    return np.where(kind == leaving.VOLUNTARY, reason, len(world.REASONS) - 1)


def _mistakes(rows: Frame, spells: Frame, rng: np.random.Generator) -> Frame:
    """Enter the exit of one agent in two hundred for the wrong agent: one who has been there for long and stays."""
    gone = np.isin(spells["spell"], rows["spell"])
    stay = np.flatnonzero(~gone)
    wrong = np.flatnonzero(rng.random(len(rows["spell"])) < 0.005)
    for_whom = stay[rng.integers(0, max(len(stay), 1), len(wrong))] if len(stay) else stay
    wrong = wrong[: len(for_whom)]
    early = spells["hire_day"][for_whom] < rows["exit_day"][wrong] - 60
    taken = {name: column[wrong[early]] for name, column in rows.items()}
    return taken | {name: spells[name][for_whom[early]] for name in ("spell", "person")}


def career_events(rows: Frame) -> pa.Table:
    """Write career events."""
    return pa.table(
        {
            "agent_id": columns.agent(rows["person"]),
            "event_date": columns.date(rows["day"]),
            "kind": columns.name([kind for _, kind in CAREER_KINDS], rows["kind"]),
            "hours": columns.number(rows["hours"], 1),
        }
    )


def leave_requests(rows: Frame, plan: Plan) -> pa.Table:
    """Write leave requests; what was not decided by the day of the export is pending."""
    pending = rows["decided_day"] > Month(plan.last_month).last
    status = np.where(pending, 2, (rows["denied"] > 0).astype(int))
    return pa.table(
        {
            "agent_id": columns.agent(rows["person"]),
            "requested_on": columns.date(rows["ask_day"]),
            "start_date": columns.date(rows["wished"]),
            "days": columns.whole(rows["leave_next_days"]),
            "status": columns.name(("approved", "denied", "pending"), status),
            "decided_on": columns.date(np.where(pending, NEVER, rows["decided_day"])),
        }
    )


def surveys(rows: Frame) -> pa.Table:
    """Write the pulses' answers."""
    return pa.table(
        {
            "agent_id": columns.agent(rows["person"]),
            "survey_date": columns.date(rows["day"]),
            "item": columns.name(SURVEY_ITEMS, rows["item"]),
            "score": columns.number(rows["score"], 0),
            "scale_max": columns.number(np.full(len(rows["day"]), 5.0), 0),
        }
    )


def interventions(rows: Frame) -> pa.Table:
    """Write what was done to keep someone."""
    return pa.table(
        {
            "agent_id": columns.agent(rows["person"]),
            "start_date": columns.date(rows["start"]),
            "kind": columns.name(leaving.HELP, rows["help"]),
            "cost": columns.number(rows["cost"], 0),
            "pilot_id": columns.name(("", "P01"), (rows["arm"] > 0).astype(int)),
            "arm": columns.name(ARMS, rows["arm"]),
            "declined": columns.flag(rows["declined"]),
        }
    )


def market_pay(rows: Frame) -> pa.Table:
    """Write the pay benchmarks."""
    return pa.table(
        {
            "effective_date": columns.date(rows["day"]),
            "p50": columns.number(rows["p50"], 0),
            "p25": columns.number(np.round(rows["p50"] * 0.91, -1), 0),
            "p75": columns.number(np.round(rows["p50"] * 1.11, -1), 0),
            "job_role": columns.name(world.ROLES, rows["grade"] // 2),
            "site": columns.name(world.SITES, rows["site"]),
            "grade": columns.name(world.GRADES, rows["grade"]),
            "currency": columns.name(("CNY",), np.zeros(len(rows["day"]))),
        }
    )


def market_conditions(market: Market, plan: Plan) -> pa.Table:
    """Write each site's labour market, month by month."""
    numbers = np.arange(plan.first_month - 12, plan.last_month + 1)
    index = np.repeat(numbers - plan.begins, len(world.SITES))
    site = np.tile(np.arange(len(world.SITES)), len(numbers))
    day = np.array([Month(int(number)).first for number in numbers])
    return pa.table(
        {
            "site": columns.name(world.SITES, site),
            "effective_date": columns.date(np.repeat(day, len(world.SITES))),
            "unemployment_rate": columns.number(market.unemployment[index, site], 1),
            "vacancies_index": columns.number(market.vacancies[index, site], 1),
        }
    )


def _where(text: pa.Array, kept: NDArray) -> pa.Array:
    """Make text null where it is not kept."""
    return pa.array(np.where(kept, text.to_numpy(zero_copy_only=False), None), pa.string())
