"""Make the `sources.toml` of a synthetic centre: the paths of its tables and, without `recorded_at`, their delay."""

from __future__ import annotations

WITH_RECORDED_AT = ("assignments", "exits", "pay", "bonuses", "qa_evaluations")
"""Tables that have a column `recorded_at`."""
WITHOUT_DELAY = (
    "agents",
    "market_pay",
    "shifts",
    "contacts",
    "interactions",
    "career_events",
    "leave_requests",
    "surveys",
    "market_conditions",
    "interventions",
    "audit_attributes",
    "service_levels",
    "performance",
)
"""Tables without `recorded_at`, whose rows are declared to be recorded on the day they happen."""
PARQUET_TABLES = ("shifts", "contacts", "qa_evaluations", "interactions", "service_levels")


def sources_toml(folder: str) -> str:
    """Return the text of `pipelines/sources.toml` for a centre whose tables are in `folder`.

    Parameters
    ----------
    folder : str
        Path of the folder relative to the workspace, for example ``exports``.

    Examples
    --------
    >>> print(sources_toml("exports").splitlines()[1])
    name = "Synthetic service centre"
    """
    head = '[site]\nname = "Synthetic service centre"\ntime_zone = "Asia/Shanghai"\ncurrency = "CNY"\nlanguage = "en"\n'
    return head + "".join(_table_section(folder, name) for name in (*WITH_RECORDED_AT, *WITHOUT_DELAY))


def _table_section(folder: str, name: str) -> str:
    extension = "parquet" if name in PARQUET_TABLES else "csv"
    section = f'\n[tables.{name}]\npath = "{folder}/{name}.{extension}"\n'
    return section if name in WITH_RECORDED_AT else section + "recording_delay_days = 0\n"
