"""The products under runs/: where each lies; read back, or reported missing with the command that makes it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition.data.at_work import reading
from attrition.data.products import read_json, read_parquet, read_wide
from attrition.data.swap import entries, readable
from attrition.errors import MissingProduct, UserError
from attrition.message import Message

if TYPE_CHECKING:
    import pandas as pd

    from attrition.features.declare import Feature
    from attrition.model.panel import Panel

DRIVER_NAMES = [
    *("agent_id", "feature", "family", "lever", "category", "peer_category"),
    *("direction", "peer_group", "topic"),
]
"""Columns of ``drivers`` with few distinct values."""
PANEL_FORMAT = 3
"""Number of the form of panel.json; it rises with every change of a key in it, the fields of `Feature` among them."""
VERDICT_FORMAT = 3
"""Number of the form of a version's verdict under runs/retrain/; it rises with every change of a key in it."""
MONTH = re.compile(r"\d{4}-\d{2}-\d{2}")
"""The name of a scored month's folder."""
AS_OF_THEN = "as of "
"""Begins the ``model_version`` of a month that was scored afterwards, by a model fitted on what was known then."""


@dataclass(frozen=True)
class Runs:
    """The products of one workspace."""

    workspace: Path

    @property
    def folder(self) -> Path:
        """The folder of all products but the reports."""
        return self.workspace / "runs"

    @property
    def panel(self) -> Path:
        """The panel: one row per agent-month."""
        return self.folder / "panel.parquet"

    @property
    def backtest(self) -> Path:
        """The folder of the backtest."""
        return self.folder / "backtest"

    @property
    def audit(self) -> Path:
        """Protected attributes, beside the panel and never in it."""
        return self.folder / "audit.parquet"

    @property
    def gone(self) -> Path:
        """The agents who are gone without an exit on file, by number."""
        return self.folder / "gone_without_exit.parquet"

    @property
    def indicators(self) -> Path:
        """The sums behind the indicators of operations."""
        return self.folder / "indicators.parquet"

    @property
    def headcount(self) -> Path:
        """People employed and active by site and month, with hires, exits and moves."""
        return self.folder / "headcount.parquet"

    def verdict(self, version: str) -> Path:
        """Return the file that lists which promotion criteria a registered version passed."""
        return self.folder / "retrain" / f"version-{version}.json"

    @property
    def tune(self) -> Path:
        """The folder of the search for settings."""
        return self.folder / "tune"

    def card(self, version: str) -> Path:
        """Return the folder of a registered version's card."""
        return self.folder / "retrain" / f"version-{version}"

    def month(self, as_of: date) -> Path:
        """Return the folder of a scored month."""
        return self.folder / f"{as_of:%Y-%m-%d}"

    def months(self) -> list[date]:
        """List the months scored so far, oldest first."""
        scored = (name for name, path in entries(self.folder).items() if (path / "expected_leavers.parquet").exists())
        return sorted(date.fromisoformat(name) for name in scored if MONTH.fullmatch(name))

    def is_emptied(self, as_of: date) -> bool:
        """Whether the rows about agents of a scored month were removed, since they were kept long enough."""
        import pyarrow.parquet as pq

        scores = readable(self.month(as_of) / "scores.parquet")
        return scores.exists() and not pq.read_metadata(scores).num_rows

    def read_panel(
        self, months: Sequence[pd.Timestamp] | None = None, *, agents: Collection[str] | None = None
    ) -> Panel:
        """Read the panel with its outcomes: of some agents, or the features of some months, where they are named."""
        from attrition.model.panel import Panel

        with reading(self.workspace):
            provenance = self.panel_provenance()
            features = tuple(features_of(provenance))
            if agents is not None:
                paths = self.panel, self.folder / "outcomes.parquet"
                rows, outcomes = (self._read_wide(path, {"agent_id": agents}) for path in paths)
                return Panel(rows, outcomes, features, provenance)
            rows = self._read_wide(self.panel) if months is None else self.read_panel_months(months)
            return Panel(rows, self.read_outcomes(), features, provenance)

    def read_outcomes(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Read what happened after each agent-month, and where its agent worked; or a few columns of that."""
        return self._read(self.folder / "outcomes.parquet", "attrition panel", columns=columns)

    def panel_provenance(self) -> Mapping[str, Any]:
        """Read what the panel was built from; empty when there is none, or one in the form of another version."""
        path, panel = readable(self.folder / "panel.json"), readable(self.panel)
        about = read_json(path, remedy=_again("attrition panel")) if path.exists() and panel.exists() else {}
        return about if about.get("format") == PANEL_FORMAT else {}

    def read_quality(self) -> pd.DataFrame:
        """Read what was set aside and repaired when the panel was built."""
        return self._read(self.folder / "quality.parquet", "attrition panel")

    def read_interventions(self) -> pd.DataFrame:
        """Read which interventions agents received, as known when the panel was built."""
        return self._read(self.folder / "interventions.parquet", "attrition panel")

    def read_evaluations(self) -> pd.DataFrame | None:
        """Read the quality evaluations with all their versions; null with the panel of an earlier version."""
        path = self.folder / "evaluations.parquet"
        return self._read(path, "attrition panel") if readable(path).exists() else None

    def read_audit(self) -> pd.DataFrame:
        """Read protected attributes, to audit with and for nothing else."""
        return self._read(self.audit, "attrition panel")

    def read_spells(self) -> pd.DataFrame:
        """Read every employment spell with its end, as they were known when the panel was built."""
        return self._read(self.folder / "spells.parquet", "attrition panel")

    def read_indicators(self) -> pd.DataFrame | None:
        """Read the sums behind the indicators of operations; None where the panel is of an earlier version."""
        return self._read(self.indicators, "attrition panel") if readable(self.indicators).exists() else None

    def read_verdict(self, version: str) -> Mapping[str, Any]:
        """Read which promotion criteria a version passed, and when it was fitted."""
        path = self.verdict(version)
        if not readable(path).exists():
            raise UserError(
                "{path}, which describes version {version}, is gone; `attrition retrain`, and score the month again",
                path=path.relative_to(self.workspace),
                version=version,
            )
        verdict = read_json(readable(path), remedy=_again("attrition retrain"))
        if verdict.get("format") != VERDICT_FORMAT:
            raise UserError(
                "{path} was written by another version of attrition; `attrition retrain`, and score the month again",
                path=path.relative_to(self.workspace),
            )
        return verdict

    def read_month_table(self, as_of: date, name: str) -> pd.DataFrame:
        """Read one of the contract's tables of a scored month, ``drivers`` apart: see `read_drivers`."""
        return self._read(self.month(as_of) / f"{name}.parquet", _score_command(as_of))

    def withholds_risks(self, as_of: date) -> bool:
        """Whether a month was stored in a mode that keeps no risk of a person."""
        return readable(self.month(as_of) / "scored_by.parquet").exists()

    def version_of_month(self, as_of: date) -> str:
        """Return the version of the model that scored a month."""
        name = "scored_by" if self.withholds_risks(as_of) else "scores"
        return str(self.read_month_table(as_of, name)["model_version"].iloc[0])

    def read_month(self, as_of: date) -> dict[str, pd.DataFrame]:
        """Read every table of a scored month by its name; names that repeat in ``drivers`` come as categories."""
        with reading(self.workspace):
            tables = {"expected_leavers": self.read_month_table(as_of, "expected_leavers")}
            for path in sorted(readable(self.month(as_of)).glob("*.parquet")):
                repeated = {"read_dictionary": DRIVER_NAMES} if path.stem == "drivers" else {}
                tables[path.stem] = self._read(path, _score_command(as_of), **repeated)
            return tables

    def read_drivers(self, as_of: date, agents: Collection[str]) -> pd.DataFrame:
        """Read the drivers of some agents: all of them together are millions of rows, scanned with each name once."""
        import pyarrow as pa
        import pyarrow.compute as pc

        path = self.month(as_of) / "drivers.parquet"
        wanted = pc.field("agent_id").isin(pa.array(sorted(agents), type=pa.string()))
        rows = self._read(path, _score_command(as_of), filters=wanted, read_dictionary=DRIVER_NAMES)
        return rows.astype({name: "str" for name in DRIVER_NAMES if name in rows})

    def read_points(self, as_of: date, horizon: int) -> pd.DataFrame:
        """Read what each driver adds for every agent: ``agent_id``, ``topic``, ``lever``, ``is_symptom``, ``points``.

        Names that repeat a thousand times come as categories.
        """
        return self._read(
            self.month(as_of) / "drivers.parquet",
            _score_command(as_of),
            columns=["agent_id", "topic", "lever", "is_symptom", "points"],
            filters=[("horizon_months", "==", horizon)],
            read_dictionary=DRIVER_NAMES,
        )

    def read_optional(self, as_of: date, name: str) -> pd.DataFrame | None:
        """Read a table that is not part of the contract (``driver_views``, ``treated``); null where there is none."""
        path = self.month(as_of) / f"{name}.parquet"
        return self._read(path, _score_command(as_of)) if readable(path).exists() else None

    def read_panel_months(
        self,
        months: Sequence[pd.Timestamp],
        columns: Sequence[str] | None = None,
        *,
        agents: Collection[str] | None = None,
    ) -> pd.DataFrame:
        """Read the panel's rows of some months, or a few columns of them, or those of some agents."""
        of_agents = {} if agents is None else {"agent_id": agents}
        return self._read_wide(self.panel, {"as_of": [month.date() for month in months], **of_agents}, columns)

    def read_plan(self, as_of: date) -> Mapping[str, Any] | None:
        """Read the figures of a month's plan; null where none was made."""
        path = readable(self.month(as_of) / "plan" / "plan.json")
        return read_json(path, remedy=_again(f"attrition plan --as-of {as_of:%Y-%m}")) if path.exists() else None

    def has_backtest(self) -> bool:
        """Whether a backtest was run."""
        return readable(self.backtest / "scores.parquet").exists() or self.withholds_backtest()

    def withholds_backtest(self) -> bool:
        """Whether the backtest was stored in a mode that keeps no risk of a person."""
        return readable(self.backtest / "expected.parquet").exists()

    def read_backtest(self, name: str) -> pd.DataFrame:
        """Read one table of the backtest."""
        return self._read(self.backtest / f"{name}.parquet", "attrition backtest")

    def read_backtest_tables(self) -> dict[str, pd.DataFrame]:
        """Read every table of the backtest by its name."""
        with reading(self.workspace):
            paths = sorted(readable(self.backtest).glob("*.parquet"))
            return {path.stem: self.read_backtest(path.stem) for path in paths}

    def _read(self, path: Path, command: str, **which: Any) -> pd.DataFrame:
        return read_parquet(self._place(path, command), remedy=_again(command), **which)

    def _read_wide(
        self, path: Path, where: Mapping[str, Collection[Any]] | None = None, columns: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """Read the panel, or its outcomes, as `attrition.data.products.read_wide` does."""
        place = self._place(path, "attrition panel")
        return read_wide(place, where=where, columns=columns, remedy=_again("attrition panel"))

    def _place(self, path: Path, command: str) -> Path:
        """Return where a product can be read; one that was not made yet is named with its command."""
        place = readable(path)
        if not place.exists():
            raise MissingProduct(str(path.relative_to(self.workspace)), command)
        return place


def _again(command: str) -> str:
    return Message("`{command}` makes it again", command=command)


def _score_command(as_of: date) -> str:
    return f"attrition score --as-of {as_of:%Y-%m}"


def features_of(about: Mapping[str, Any]) -> list[Feature]:
    """Return the declarations of a panel's features, as they were when it was built."""
    from attrition.features.declare import Feature

    if not about:
        raise MissingProduct("a panel in the form of this version", "attrition panel")
    return [Feature(**declared) for declared in about["features"]]


def panel_description(features: Sequence[Feature], **facts: Any) -> str:
    """Return the text of panel.json: the features of a panel and what it was built from."""
    content = facts | {"format": PANEL_FORMAT, "features": [asdict(feature) for feature in features]}
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
