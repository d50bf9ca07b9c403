"""The `sources.toml` of a synthetic centre: where its tables are, and the recording delay of those without a time."""

from __future__ import annotations

DELAY_DAYS = {
    "agents": 0,
    "market_pay": 0,
    "shifts": 0,
    "contacts": 0,
    "interactions": 0,
    "career_events": 0,
    "leave_requests": 0,
    "surveys": 0,
    "market_conditions": 0,
    "interventions": 0,
    "audit_attributes": 0,
}
WITH_RECORDED_AT = ("assignments", "exits", "pay", "bonuses", "qa_evaluations")
PARQUET = ("shifts", "contacts", "qa_evaluations", "interactions")


def sources_toml(folder: str) -> str:
    """Return the text of `pipelines/sources.toml` for a centre whose tables are in `folder`.

    Parameters
    ----------
    folder : str
        Path of the exports as the workspace sees them, for example ``exports``.

    Examples
    --------
    >>> print(sources_toml("exports").splitlines()[1])
    name = "Synthetic service centre"
    """
    head = '[site]\nname = "Synthetic service centre"\ntime_zone = "Asia/Shanghai"\ncurrency = "CNY"\nlanguage = "en"\n'
    return head + "".join(_table(folder, name) for name in (*WITH_RECORDED_AT, *DELAY_DAYS))


def _table(folder: str, name: str) -> str:
    kind = "parquet" if name in PARQUET else "csv"
    text = f'\n[tables.{name}]\npath = "{folder}/{name}.{kind}"\n'
    return text if name in WITH_RECORDED_AT else text + f"recording_delay_days = {DELAY_DAYS[name]}\n"
