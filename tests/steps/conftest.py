"""The kept workspace with its panel, for tests of papers."""

from tests.kept_papers import with_panel

__all__ = ["with_panel"]
