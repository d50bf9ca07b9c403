"""Which font of this machine the PDFs take for Chinese, by the same library that WeasyPrint asks."""

from __future__ import annotations

from typing import Any

SIGN = "员"
"""A sign that every report in Chinese has."""


def chinese_font() -> str:
    """Return the family of the font that a Chinese PDF is set in; "" where no font of this machine has the signs.

    Raises
    ------
    OSError
        This machine cannot render PDFs at all (`attrition.report.pdf.can_render_pdf`).
    """
    family, file = _matched()
    return family if file and _has_sign(file) else ""


def _matched() -> tuple[str, str]:
    """Return family and file of the font that fontconfig picks for a sans serif in Chinese."""
    from weasyprint.text.ffi import ffi, fontconfig

    config, pattern = fontconfig.FcInitLoadConfigAndFonts(), fontconfig.FcPatternCreate()
    for name, value in ((b"family", b"sans-serif"), (b"lang", b"zh-cn")):
        fontconfig.FcPatternAddString(pattern, name, value)
    fontconfig.FcConfigSubstitute(config, pattern, fontconfig.FcMatchPattern)
    fontconfig.FcDefaultSubstitute(pattern)
    match = fontconfig.FcFontMatch(config, pattern, ffi.new("FcResult *"))
    texts = ("", "") if match == ffi.NULL else (_text(match, b"family"), _text(match, b"file"))
    if match != ffi.NULL:
        fontconfig.FcPatternDestroy(match)
    fontconfig.FcPatternDestroy(pattern)
    fontconfig.FcConfigDestroy(config)
    return texts


def _text(match: Any, name: bytes) -> str:
    from weasyprint.text.ffi import ffi, fontconfig

    value = ffi.new("FcChar8 **")
    fontconfig.FcPatternGetString(match, name, 0, value)
    return "" if value[0] == ffi.NULL else ffi.string(value[0]).decode("utf-8")


def _has_sign(file: str) -> bool:
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(file, fontNumber=0, lazy=True) as font:
            return ord(SIGN) in (font.getBestCmap() or {})
    except (OSError, TTLibError):
        return False
