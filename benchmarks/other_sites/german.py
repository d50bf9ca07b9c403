"""A German centre's folder: lists saved from SAP, half hours of a Genesys ACD under logins, hours with a comma.

Personnel actions hold hires and exits (an exit is dated on the first day away, the open end is 31.12.9999, no date is
00.00.0000), numbers have eight digits and lose their zeros in some lists, amounts are written 2.400,00, text is
windows-1252. Contacts come in half hours of UTC under logins, some of which were handed on to somebody else; some
people have two.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pandas as pd

from other_sites.cut import Cut
from other_sites.genesys import write_intervals, write_logins
from other_sites.sap import NO_DATE, OPEN_END, day_text, number_text, write_list

_EMPLOYMENT = {
    "permanent": "unbefristet",
    "fixed_term": "befristet",
    "agency": "Arbeitnehmerüberlassung",
    "seasonal": "Aushilfe",
}
_EDUCATION = {"college": "Fachhochschule", "secondary": "Mittlere Reife", "bachelor": "Hochschule"}
_HIRED_BY = {"referral": "Empfehlung", "campus": "Hochschulmesse", "job board": "Stellenbörse", "agency": "Vermittlung"}
_REASONS = {
    "voluntary": ["Kündigung durch AN", "Aufhebungsvertrag (Wunsch AN)"],
    "involuntary": ["Kündigung durch AG"],
    "other": ["Befristung abgelaufen"],
}
_ROLES = {"agent": "Kundenberater/in", "senior agent": "Kundenberater/in Expertenteam"}
_ABSENCES = {"none": "", "unplanned": "Krank", "planned": "Urlaub", "no_show": "unentschuldigt"}
_STATUS = {"approved": "genehmigt", "denied": "abgelehnt", "pending": "offen"}
_TEAMS = ("Köln-Süd", "Nürnberg", "Düsseldorf", "Lübeck", "München", "Saarbrücken")


def write(cut: Cut, folder: Path, *, seed: int = 3) -> dict[str, pd.DataFrame]:
    """Write the files of the site, and return what they hold by table of the contract."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = Random(seed)
    longer = {name: _with_eight_digits(rows) for name, rows in cut.items()}
    moves = longer["assignments"].drop_duplicates(["agent_id", "effective_date"], keep="last")
    teams = {team: f"{_TEAMS[n % 6]} {n // 6 + 1}" for n, team in enumerate(sorted(moves["team_id"].unique()))}
    moves = moves.assign(team_id=moves["team_id"].map(teams))
    _actions(longer, folder / "Massnahmen.csv", rng)
    logins = write_logins(longer, folder / "Genesys_Logins.csv")
    return {
        "agents": _people(longer["agents"], folder / "Personalstamm.csv"),
        "exits": longer["exits"][["agent_id", "exit_date", "exit_type", "notice_date"]],
        "assignments": _moves(moves, folder / "Organisatorische_Zuordnung.csv"),
        "pay": _pay(longer["pay"], folder / "Basisbezuege.csv"),
        "bonuses": _bonuses(longer["bonuses"], folder / "Zahlungen.csv"),
        "shifts": _times(longer["shifts"], folder / "Zeitnachweis.csv", rng),
        "leave_requests": _absences(longer["leave_requests"], folder / "Abwesenheitsantraege.csv"),
        "qa_evaluations": _evaluations(longer["qa_evaluations"], folder / "Monitoring.csv"),
        "contacts": write_intervals(longer["contacts"], logins, folder / "Genesys_Intervalle.csv", rng),
    }


def _with_eight_digits(rows: pd.DataFrame) -> pd.DataFrame:
    people = [name for name in ("agent_id", "supervisor_id", "evaluator_id") if name in rows]
    return rows.assign(
        **{name: rows[name].map(lambda number: None if pd.isna(number) else f"{int(number):08}") for name in people}
    )


def _actions(cut: Cut, path: Path, rng: Random) -> None:
    """Write hires and exits as personnel actions; the exit's day is the first day away."""
    hires = pd.DataFrame(
        {
            "Personalnummer": cut["agents"]["agent_id"],
            "Maßnahme": "Einstellung",
            "Beginn": cut["agents"]["hire_date"].map(day_text),
            "Ende": OPEN_END,
            "Maßnahmengrund": "Neueinstellung",
            "Kündigungseingang": NO_DATE,
        }
    )
    exits = pd.DataFrame(
        {
            "Personalnummer": cut["exits"]["agent_id"],
            "Maßnahme": "Austritt",
            "Beginn": (cut["exits"]["exit_date"] + pd.Timedelta(days=1)).map(day_text),
            "Ende": OPEN_END,
            "Maßnahmengrund": [rng.choice(_REASONS[kind]) for kind in cut["exits"]["exit_type"]],
            "Kündigungseingang": cut["exits"]["notice_date"].map(day_text),
        }
    )
    rows = pd.concat([hires, exits]).sort_values(["Personalnummer", "Maßnahme"], ascending=[True, False])
    write_list(path, "Personalmaßnahmen (PA0000)", rows, total=["Summe", str(len(rows)), "", "", "", ""])


def _people(agents: pd.DataFrame, path: Path) -> pd.DataFrame:
    rows = pd.DataFrame(
        {
            "Personalnummer": agents["agent_id"],
            "Eintritt": agents["hire_date"].map(day_text),
            "Geburtsdatum": agents["birth_date"].map(day_text),
            "Geschlecht": agents["gender"].map({"female": "weiblich", "male": "männlich"}).fillna("k. A."),
            "Vertragsart": agents["employment_type"].map(_EMPLOYMENT),
            "Befristet bis": agents["contract_end_date"].map(lambda day: day_text(day, OPEN_END)),
            "Probezeit bis": agents["probation_end_date"].map(day_text),
            "Abschluss": agents["education"].map(lambda word: _EDUCATION.get(word, word)),
            "Bewerbungsweg": agents["hiring_source"].map(lambda word: _HIRED_BY.get(word, word)),
            "Beschäftigungsgrad": agents["fte"].map(lambda share: f"{number_text(share * 100)} %"),
        }
    )
    write_list(path, "Personalstammdaten", rows, total=["Summe", str(len(rows)), *[""] * 8])
    return agents[
        ["agent_id", "hire_date", "birth_date", "gender", "employment_type", "contract_end_date", "probation_end_date",
         "education", "hiring_source", "fte", "site"]
    ]  # fmt: skip


def _moves(moves: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Write the organisational assignment: each row ends on the day before the next one begins."""
    ends = moves.groupby("agent_id")["effective_date"].shift(-1) - pd.Timedelta(days=1)
    rows = pd.DataFrame(
        {
            "Personalnummer": moves["agent_id"],
            "Beginn": moves["effective_date"].map(day_text),
            "Ende": ends.map(lambda day: day_text(day, OPEN_END)),
            "Team": moves["team_id"],
            "Vorgesetzter": moves["supervisor_id"].fillna(""),
            "Planstelle": moves["job_role"].map(lambda role: _ROLES.get(role, role)),
            "Tarifgruppe": moves["grade"],
            "Wochenstunden": moves["contract_hours_week"].map(number_text),
        }
    )
    write_list(path, "Organisatorische Zuordnung (PA0001)", rows)
    return moves[["agent_id", "effective_date", "team_id", "supervisor_id", "job_role", "grade", "contract_hours_week"]]


def _pay(pay: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Write basic pay from a spreadsheet, in which numbers lost their zeros."""
    rows = pd.DataFrame(
        {
            "Pers.Nr.": pay["agent_id"].astype(int),
            "Beginn": pay["effective_date"].map(day_text),
            "Ende": OPEN_END,
            "Betrag": pay["base_pay"].astype(float).map(number_text),
            "Währg": "EUR",
        }
    )
    total = number_text(pay["base_pay"].astype(float).sum())
    write_list(path, "Basisbezüge (PA0008)", rows, total=["Summe", "", "", total, "EUR"])
    return pay[["agent_id", "effective_date", "base_pay"]]


def _bonuses(bonuses: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Write payments, every fiftieth of which was taken back: an amount with a minus behind it."""
    amounts = bonuses["amount"].astype(float).where(bonuses.index % 50 > 0, -bonuses["amount"].astype(float))
    rows = pd.DataFrame(
        {
            "Personalnummer": bonuses["agent_id"],
            "Zahltag": bonuses["pay_date"].map(day_text),
            "Lohnart": "2010 Prämie",
            "Betrag": amounts.map(number_text),
        }
    )
    write_list(path, "Einmalzahlungen (PA0015)", rows)
    return bonuses[["agent_id", "pay_date"]].assign(amount=amounts)


def _times(shifts: pd.DataFrame, path: Path, rng: Random) -> pd.DataFrame:
    """Write times in hours with a comma and as H:MM; every twelfth shift is split in two rows of one day."""
    is_split = pd.Series([rng.random() < 1 / 12 for _ in range(len(shifts))], index=shifts.index)
    is_split &= (shifts["scheduled_minutes"] >= 120) & (shifts["start_minute"] + 300 < 1440)
    first = shifts.assign(**{name: shifts[name] - shifts[name] // 2 for name in _MINUTES}).where(is_split, shifts)
    second = shifts[is_split].assign(**{name: shifts.loc[is_split, name] // 2 for name in _MINUTES})
    second = second.assign(start_minute=second["start_minute"] + 300)
    rows = pd.concat([first, second]).sort_values(["agent_id", "shift_date", "start_minute"], kind="stable")
    written = pd.DataFrame(
        {
            "Pers.Nr.": rows["agent_id"].astype(int),
            "Datum": rows["shift_date"].map(day_text),
            "Beginn": rows["start_minute"].map(lambda minute: f"{int(minute) // 60:02}:{int(minute) % 60:02}"),
            "Soll": rows["scheduled_minutes"].map(_clock),
            "Ist": (rows["worked_minutes"].astype(float) / 60).map(number_text),
            "Mehrarbeit": rows["overtime_minutes"].map(_clock),
            "Nachtschicht": rows["is_night"].map({True: "ja", False: "nein"}),
            "Abwesenheit": rows["absence"].map(_ABSENCES),
        }
    )
    write_list(path, "Zeitnachweis", written)
    return shifts[["agent_id", "shift_date", "start_minute", *_MINUTES, "is_night", "absence"]]


_MINUTES = ["scheduled_minutes", "worked_minutes", "overtime_minutes"]


def _clock(minutes: float) -> str:
    return f"{int(minutes) // 60}:{int(minutes) % 60:02}"


def _absences(requests: pd.DataFrame, path: Path) -> pd.DataFrame:
    rows = pd.DataFrame(
        {
            "Personalnummer": requests["agent_id"],
            "Antragsdatum": requests["requested_on"].map(day_text),
            "Beginn": requests["start_date"].map(day_text),
            "Tage": requests["days"].astype(float).map(number_text),
            "Status": requests["status"].map(_STATUS),
            "Entschieden am": requests["decided_on"].map(day_text),
        }
    )
    write_list(path, "Abwesenheitsanträge", rows)
    return requests[["agent_id", "requested_on", "start_date", "days", "status", "decided_on"]]


def _evaluations(rows: pd.DataFrame, path: Path) -> pd.DataFrame:
    written = pd.DataFrame(
        {
            "Bewertung": rows["evaluation_id"],
            "Pers.Nr.": rows["agent_id"].astype(int),
            "Datum": rows["evaluated_on"].map(day_text),
            "Ergebnis": rows["score"].map(lambda score: f"{number_text(score, 1)} %"),
            "Fatale Fehler": rows["critical_errors"].astype(int),
            "Widerspruch": rows["appealed"].map({True: "ja", False: "nein"}),
        }
    )
    write_list(path, "Gesprächsmonitoring", written)
    return rows[["evaluation_id", "agent_id", "evaluated_on", "score", "critical_errors", "appealed"]]
