"""An alarm: what changed, where, since when and by how much; `attrition.report.alarm_sentences` puts it into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from attrition.monitor.evidence import Evidence
from attrition.monitor.inputs import VALUES

Kind = Literal["level", "site_level", "list", "inputs", "blanks", "scores", "abstained"]
KINDS: tuple[Kind, ...] = ("level", "site_level", "list", "inputs", "blanks", "scores", "abstained")


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """One thing that changed.

    Parameters
    ----------
    kind : str
        One of `KINDS`; docs/alarms.md has a section on each.
    subject : str
        The site, the family of features, the horizon or the group it is about; "" for the whole centre.
    since : Timestamp
        The month-end from which on it probably holds.
    figures : mapping
        What its sentence says besides: shares, counts of groups, names of features; never anything about one person.
    """

    kind: Kind
    subject: str
    since: pd.Timestamp
    figures: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What makes it the same alarm at the next run.

        Examples
        --------
        >>> Alarm(kind="inputs", subject="pay", since=pd.Timestamp("2026-09-30")).key
        'inputs:pay'
        """
        return f"{self.kind}:{self.subject}"


def level_alarm(months: pd.DataFrame, evidence: Evidence, *, site: str = "") -> Alarm:
    """Return the alarm of a level: how far it is off since the month in which that probably began.

    Examples
    --------
    >>> import numpy as np
    >>> days = pd.to_datetime(["2026-08-31", "2026-09-30"])
    >>> months = pd.DataFrame({"as_of": days, "expected": 40.0, "observed": 60.0})
    >>> dict(level_alarm(months, Evidence(np.ones(2), np.ones(2, dtype=bool), 0, 0, 1)).figures)
    {'observed': 120.0, 'expected': 80.0, 'ratio': 1.5, 'low': '2026-08', 'high': '2026-09'}
    """
    since, days = months.iloc[evidence.start :], months["as_of"].dt.strftime("%Y-%m").tolist()
    observed, expected = float(since["observed"].sum()), float(since["expected"].sum())
    figures = {"observed": observed, "expected": expected, "ratio": observed / max(expected, 1e-9)}
    figures |= {"low": days[evidence.start_low], "high": days[evidence.start_high]}
    kind: Kind = "site_level" if site else "level"
    return Alarm(kind=kind, subject=site, since=since["as_of"].iloc[0], figures=figures)


def list_alarm(months: pd.DataFrame, evidence: Evidence) -> Alarm:
    """Return the alarm of the list: which share of the resignations it holds, beside the share it promised."""
    since = months.iloc[evidence.start :]
    resigned = max(float(since["resigned"].sum()), 1.0)
    promised = float((since["expected_share"] * since["resigned"]).sum()) / resigned
    figures = {"held": float(since["flagged_resigned"].sum()) / resigned, "promised": promised}
    return Alarm(kind="list", subject="", since=since["as_of"].iloc[0], figures=figures)


def family_alarm(row: pd.Series) -> Alarm:
    """Return the alarm of a family of features, from a row of `attrition.monitor.inputs.moved_families`."""
    kind: Kind = "inputs" if row["measure"] == VALUES else "blanks"
    figures = {"features": int(row["features"]), "moved": list(row["moved"]), "gain": float(row["gain"])}
    return Alarm(kind=kind, subject=row["family"], since=row["since"], figures=figures)


def score_alarm(subject: str, since: pd.Timestamp, newest: pd.Series) -> Alarm:
    """Return the alarm of scores whose distribution moved; `subject` is "risk_3m" or "bands"."""
    return Alarm(kind="scores", subject=subject, since=since, figures={"index": float(newest["amount"])})


def abstained_alarm(group: str, since: pd.Timestamp, newest: pd.Series) -> Alarm:
    """Return the alarm of agents whom the model does not rank; `group` is a site, a tenure band or "" for all."""
    figures = {"share": float(newest["amount"]), "limit": float(newest["limit"])}
    return Alarm(kind="abstained", subject=group, since=since, figures=figures)
