"""Build the small tables of the data contract from the rows of all months, with late, corrected and withdrawn rows."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from attrition.data.synthetic import columns, departures, parameters
from attrition.data.synthetic.frames import NEVER, Frame
from attrition.data.synthetic.layout import Layout, Month
from attrition.data.synthetic.market import Market
from attrition.data.synthetic.recording import add_corrections, add_withdrawals, recorded_by, recording_times
from attrition.data.synthetic.records import CAREER_KINDS, SURVEY_ITEMS
from attrition.data.synthetic.teams import FIRST_LEADER

PAY_REASONS = ("hire", "promotion", "annual review", "retention")
ACCOUNTS = ("retail", "telecom", "travel", "banking", "utilities")
CHANNELS = ("voice", "chat", "mail")
ARMS = ("", "treated", "control")


def agents(spells: Frame, persons: Frame, rng: np.random.Generator) -> pa.Table:
    """Return the table ``agents``, one row per employment spell."""
    person, size = spells["person"], len(spells["person"])
    referred = spells["source"] == parameters.HIRING_SOURCES.index("referral")
    referrer = person[np.maximum(np.arange(size) - 1 - rng.integers(0, 200, size), 0)]
    is_referrer_known = referred & (referrer != person)
    return pa.table(
        {
            "agent_id": columns.agent_ids(person),
            "hire_date": columns.dates(spells["hire_day"]),
            "birth_date": columns.dates(persons["birth_day"][person]),
            "gender": columns.labels(("male", "female"), persons["gender"][person]),
            "site": columns.labels(parameters.SITES, persons["site"][person]),
            "education": columns.labels(parameters.EDUCATION, persons["education"][person]),
            "hiring_source": columns.labels(parameters.HIRING_SOURCES, spells["source"]),
            "referrer_id": _null_unless(columns.agent_ids(referrer), is_referrer_known),
            "employment_type": columns.labels(parameters.EMPLOYMENT, spells["employment"]),
            "contract_end_date": columns.dates(spells["contract_end"]),
            "probation_end_date": columns.dates(spells["probation_end"]),
            "training_end_date": columns.dates(spells["training_end"]),
            "commute_minutes": columns.integers(persons["commute"][person]),
            "fte": columns.numbers(spells["fte"], 1),
            "class_id": _classes(persons["site"][person], spells["hire_day"]),
        }
    )


def _classes(site: NDArray, hire_day: NDArray) -> pa.Array:
    """Return the training class of each spell: everybody hired at a site in a month, such as ``Foshan 2026-03``."""
    months = hire_day.astype("datetime64[D]").astype("datetime64[M]").astype(str)
    return pa.array([f"{parameters.SITES[place]} {month}" for place, month in zip(site, months, strict=True)])


def audit_attributes(spells: Frame, persons: Frame, layout: Layout) -> pa.Table:
    """Return the table of protected attributes, one row per person; they are for audits only."""
    person = np.unique(spells["person"])
    age = (Month(layout.last_month).last_day - persons["birth_day"][person]) / 365.25
    bands = ("under 25", "25-34", "35-44", "45 and over")
    return pa.table(
        {
            "agent_id": columns.agent_ids(person),
            "gender": columns.labels(("male", "female"), persons["gender"][person]),
            "age_band": columns.labels(bands, np.searchsorted((25, 35, 45), age, side="right")),
            "is_minority": columns.booleans(persons["minority"][person]),
        }
    )


def assignments(rows: Frame, layout: Layout, rng: np.random.Generator) -> pa.Table:
    """Return the job history; 1 % of the rows are recorded with the wrong team at first."""
    size = len(rows["day"])
    rows = rows | {"recorded_at": recording_times(rng, rows["day"], usual_days=(-4, 3), late_share_and_days=(0.05, 40))}
    teams = len(layout.team_site)
    wrong = {"team": (rows["team"] + 1) % teams}
    rows = add_corrections(rows, wrong, is_wrong=rng.random(size) < 0.01, rng=rng)
    rows = recorded_by(rows, Month(layout.last_month).last_day, "spell", "day")
    level = rows["level"]
    return pa.table(
        {
            "agent_id": columns.agent_ids(rows["person"]),
            "effective_date": columns.dates(rows["day"]),
            "team_id": columns.labels([f"T{team + 1:03d}" for team in range(teams)], rows["team"]),
            "supervisor_id": columns.staff_ids(FIRST_LEADER + rows["leader"]),
            "job_role": columns.labels(parameters.ROLES, level // 2),
            "grade": columns.labels(parameters.GRADES, level),
            "skill_count": columns.integers(rows["skills"]),
            "shift_pattern": columns.labels(parameters.SHIFT_PATTERNS, rows["pattern"]),
            "work_mode": columns.labels(parameters.WORK_MODES, rows["mode"]),
            "contract_hours_week": columns.numbers(np.full(len(level), 40.0), 0),
            "account": columns.labels(ACCOUNTS, rows["team"] % len(ACCOUNTS)),
            "channel": columns.labels(CHANNELS, np.searchsorted((60, 90), rows["team"] * 37 % 100, side="right")),
            "recorded_at": columns.timestamps(rows["recorded_at"]),
        }
    )


def pay(rows: Frame, layout: Layout, rng: np.random.Generator) -> pa.Table:
    """Return base pay; 8 % of the rows are recorded late, and 2.5 % with the wrong amount at first."""
    size = len(rows["day"])
    rows = rows | {"recorded_at": recording_times(rng, rows["day"], usual_days=(-3, 4), late_share_and_days=(0.08, 65))}
    wrong = {"base_pay": np.round(rows["base_pay"] * rng.choice((0.9, 0.95, 1.06, 1.1), size), -1)}
    rows = add_corrections(rows, wrong, is_wrong=rng.random(size) < 0.025, rng=rng)
    rows = recorded_by(rows, Month(layout.last_month).last_day, "spell", "day")
    return pa.table(
        {
            "agent_id": columns.agent_ids(rows["person"]),
            "effective_date": columns.dates(rows["day"]),
            "base_pay": columns.numbers(rows["base_pay"], 0),
            "currency": columns.labels(("CNY",), np.zeros(len(rows["day"]))),
            "change_reason": columns.labels(PAY_REASONS, rows["kind"]),
            "recorded_at": columns.timestamps(rows["recorded_at"]),
        }
    )


def bonuses(rows: Frame, layout: Layout, rng: np.random.Generator) -> pa.Table:
    """Return variable pay; 2 % of the payments are recorded with the wrong amount at first."""
    size = len(rows["day"])
    rows = rows | {"recorded_at": recording_times(rng, rows["day"], usual_days=(0, 4), late_share_and_days=(0.04, 50))}
    wrong = {"amount": np.round(rows["amount"] * rng.uniform(0.7, 1.1, size))}
    rows = add_corrections(rows, wrong, is_wrong=rng.random(size) < 0.02, rng=rng)
    rows = recorded_by(rows, Month(layout.last_month).last_day, "spell", "day")
    return pa.table(
        {
            "agent_id": columns.agent_ids(rows["person"]),
            "pay_date": columns.dates(rows["day"]),
            "amount": columns.numbers(rows["amount"], 0),
            "target_amount": columns.numbers(rows["target"], 0),
            "currency": columns.labels(("CNY",), np.zeros(len(rows["day"]))),
            "recorded_at": columns.timestamps(rows["recorded_at"]),
        }
    )


def exits(rows: Frame, spells: Frame, layout: Layout, rng: np.random.Generator) -> pa.Table:
    """Return exits; some are recorded late, 3 % with the wrong type at first, and a few false ones are withdrawn."""
    size = len(rows["exit_day"])
    known_day = np.minimum(rows["notice_day"], rows["exit_day"])
    rows = rows | {
        "recorded_at": recording_times(rng, known_day, usual_days=(0, 3), late_share_and_days=(0.06, 40)),
        "is_retracted": np.zeros(size, dtype=bool),
        "reason": _reasons(rows["exit_kind"], rng),
    }
    wrong = {"exit_kind": np.where(rows["exit_kind"] == departures.OTHER, departures.VOLUNTARY, departures.OTHER)}
    rows = add_corrections(rows, wrong, is_wrong=rng.random(size) < 0.03, rng=rng)
    rows = add_withdrawals(rows, _mistakes(rows, spells, rng), rng=rng)
    rows = recorded_by(rows, Month(layout.last_month).last_day, "spell", "is_retracted")
    return pa.table(
        {
            "agent_id": columns.agent_ids(rows["person"]),
            "exit_date": columns.dates(rows["exit_day"]),
            "exit_type": columns.labels(departures.EXIT_TYPES, rows["exit_kind"]),
            "notice_date": columns.dates(rows["notice_day"]),
            "reason": columns.labels(parameters.REASONS, rows["reason"]),
            "recorded_at": columns.timestamps(rows["recorded_at"]),
            "is_retracted": columns.booleans(rows["is_retracted"]),
        }
    )


def _reasons(kind: NDArray, rng: np.random.Generator) -> NDArray:
    """Return a random reason for most resignations, and the empty reason for the others and for other exits."""
    reason = rng.choice(len(parameters.REASONS), len(kind), p=(0.30, 0.16, 0.14, 0.14, 0.06, 0.04, 0.16))
    return np.where(kind == departures.VOLUNTARY, reason, len(parameters.REASONS) - 1)


def _mistakes(rows: Frame, spells: Frame, rng: np.random.Generator) -> Frame:
    """Return false exits: copies of 0.5 % of the exits for agents without an exit, hired over 60 days before."""
    has_exit = np.isin(spells["spell"], rows["spell"])
    stay = np.flatnonzero(~has_exit)
    copied = np.flatnonzero(rng.random(len(rows["spell"])) < 0.005)
    agents = stay[rng.integers(0, max(len(stay), 1), len(copied))] if len(stay) else stay
    copied = copied[: len(agents)]
    early = spells["hire_day"][agents] < rows["exit_day"][copied] - 60
    copies = {name: column[copied[early]] for name, column in rows.items()}
    return copies | {name: spells[name][agents[early]] for name in ("spell", "person")}


def career_events(rows: Frame) -> pa.Table:
    """Return career events."""
    return pa.table(
        {
            "agent_id": columns.agent_ids(rows["person"]),
            "event_date": columns.dates(rows["day"]),
            "kind": columns.labels([kind for _, kind in CAREER_KINDS], rows["kind"]),
            "hours": columns.numbers(rows["hours"], 1),
        }
    )


def leave_requests(rows: Frame, layout: Layout) -> pa.Table:
    """Return leave requests; those that are not decided by the last day of the exports are pending."""
    pending = rows["decided_day"] > Month(layout.last_month).last_day
    status = np.where(pending, 2, (rows["denied"] > 0).astype(int))
    return pa.table(
        {
            "agent_id": columns.agent_ids(rows["person"]),
            "requested_on": columns.dates(rows["request_day"]),
            "start_date": columns.dates(rows["request_start"]),
            "days": columns.integers(rows["next_leave_days"]),
            "status": columns.labels(("approved", "denied", "pending"), status),
            "decided_on": columns.dates(np.where(pending, NEVER, rows["decided_day"])),
        }
    )


def surveys(rows: Frame) -> pa.Table:
    """Return the answers of the pulse surveys."""
    return pa.table(
        {
            "agent_id": columns.agent_ids(rows["person"]),
            "survey_date": columns.dates(rows["day"]),
            "item": columns.labels(SURVEY_ITEMS, rows["item"]),
            "score": columns.numbers(rows["score"], 0),
            "scale_max": columns.numbers(np.full(len(rows["day"]), 5.0), 0),
        }
    )


def interventions(rows: Frame) -> pa.Table:
    """Return retention actions."""
    return pa.table(
        {
            "agent_id": columns.agent_ids(rows["person"]),
            "start_date": columns.dates(rows["start"]),
            "kind": columns.labels(departures.RETENTION_ACTIONS, rows["action"]),
            "cost": columns.numbers(rows["cost"], 0),
            "pilot_id": columns.labels(("", "P01"), (rows["arm"] > 0).astype(int)),
            "arm": columns.labels(ARMS, rows["arm"]),
            "declined": columns.booleans(rows["declined"]),
        }
    )


def market_pay(rows: Frame) -> pa.Table:
    """Return the pay benchmarks."""
    return pa.table(
        {
            "effective_date": columns.dates(rows["day"]),
            "p50": columns.numbers(rows["p50"], 0),
            "p25": columns.numbers(np.round(rows["p50"] * 0.91, -1), 0),
            "p75": columns.numbers(np.round(rows["p50"] * 1.11, -1), 0),
            "job_role": columns.labels(parameters.ROLES, rows["grade"] // 2),
            "site": columns.labels(parameters.SITES, rows["site"]),
            "grade": columns.labels(parameters.GRADES, rows["grade"]),
            "currency": columns.labels(("CNY",), np.zeros(len(rows["day"]))),
        }
    )


def market_conditions(market: Market, layout: Layout) -> pa.Table:
    """Return each site's labour market in every month, from a year before the exported months on."""
    numbers = np.arange(layout.first_month - 12, layout.last_month + 1)
    index = np.repeat(numbers - layout.start_month, len(parameters.SITES))
    site = np.tile(np.arange(len(parameters.SITES)), len(numbers))
    day = np.array([Month(int(number)).first_day for number in numbers])
    return pa.table(
        {
            "site": columns.labels(parameters.SITES, site),
            "effective_date": columns.dates(np.repeat(day, len(parameters.SITES))),
            "unemployment_rate": columns.numbers(market.unemployment[index, site], 1),
            "vacancies_index": columns.numbers(market.vacancies[index, site], 1),
        }
    )


def _null_unless(text: pa.Array, is_kept: NDArray) -> pa.Array:
    """Return the text, with null where `is_kept` is false."""
    return pa.array(np.where(is_kept, text.to_numpy(zero_copy_only=False), None), pa.string())
