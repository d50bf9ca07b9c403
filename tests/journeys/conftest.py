"""The kept workspace with its panel, for journeys of papers."""

from tests.kept_papers import with_panel

__all__ = ["with_panel"]
