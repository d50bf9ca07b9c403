"""The duties of the law with their dates as a table of the documentation, from the one file that papers show too."""

from __future__ import annotations

from attrition.report.papers.duties import read_duties


def page() -> str:
    """Return a remark on the day of knowledge, and one row for each duty."""
    duties = read_duties()
    head = (
        f"As known on {duties.known_on:%Y-%m-%d} from public pages (`attrition/report/papers/duties.toml`). Not legal "
        "advice: every line needs a lawyer's look.\n\n| where | what | from | source | in doubt |\n"
        "|---|---|---|---|---|"
    )
    rows = (f"| {duty.place} | {duty.what} | {duty.from_} | {duty.source} | {duty.doubt} |" for duty in duties.duties)
    return "\n".join([head, *rows])
