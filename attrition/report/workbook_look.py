"""What all workbooks have in common: text that stays text, and their colours."""

from __future__ import annotations

TEXT_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""Text is written as text: a staff number keeps its zeros, and text that begins with "=" is no formula."""

DARK_BLUE, PALE_BLUE, PALE_GREY = "#12344D", "#C9E0EF", "#DDE3E8"
