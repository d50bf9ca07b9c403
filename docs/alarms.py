"""What to do about each kind of alarm, in both languages, as the page of `attrition monitor` says it."""

from __future__ import annotations

from attrition.data.terms import LANGUAGES
from attrition.report.monitor_page import alarm_help
from attrition.report.translations import translations

PARTS = ("means", "check", "then", "tell")


def page() -> str:
    """Return a section for each kind of alarm: what it means, what to look at, whether to retrain, whom to tell."""
    by_kind = zip(*(alarm_help(lang) for lang in LANGUAGES), strict=True)
    return "\n\n".join(_section(*kinds) for kinds in by_kind)


def _section(*languages: dict[str, str]) -> str:
    heading = " · ".join(kind["title"] for kind in languages)
    blocks = [f"## {heading} {{ #{languages[0]['kind']} }}"]
    for lang, kind in zip(LANGUAGES, languages, strict=True):
        text = translations(lang)
        blocks += [f"**{text(f'mon.{part}')}** {kind[part]}" for part in PARTS]
    return "\n\n".join(blocks)
