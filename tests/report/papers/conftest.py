"""The kept workspace with its panel, and the facts of its papers."""

from tests.kept_papers import facts, with_panel

__all__ = ["facts", "with_panel"]
