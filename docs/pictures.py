"""Make the pictures of the documentation from a finished demonstration: `make pictures`.

Each is a part of a page of the report as a browser shows it, from one element to another, with few enough colours to
stay small.
"""

from __future__ import annotations

import io
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).parent / "pictures"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
WIDTH, SCALE, MARGIN, COLOURS = 1000, 1.5, 12, 64


@dataclass(frozen=True)
class Picture:
    """A part of an edition, from the top of the first element to the bottom of the last."""

    name: str
    edition: str
    first: str
    last: str


PICTURES = (
    Picture("glance", "centre.en", "header.top .tag", "#glance"),
    Picture("earlier-months", "centre.en", "#account h2", "#account figure"),
    Picture("turnover", "centre.en", "#turnover h2", "#turnover .purpose"),
    Picture("drivers", "centre.en", "#drivers h2", "#drivers > .wide"),
    Picture("watch-list", "partner.en", "#watch h2", "#watch article"),
    Picture("team", "team.en", "#teams h2", "#teams article"),
)


def main(demonstration: Path) -> None:
    """Take every picture from the newest report of a demonstration."""
    reports = sorted(path.parent for path in (demonstration / "reports").glob("*/centre.en.html"))
    if not reports:
        sys.exit(f"{demonstration} holds no report; `make demo` makes one")
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": WIDTH, "height": 1400}, device_scale_factor=SCALE)
        for picture in PICTURES:
            path = FOLDER / f"{picture.name}.png"
            path.write_bytes(_small(_taken(page, reports[-1], picture)))
            print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")
        browser.close()


def _taken(page: Any, folder: Path, picture: Picture) -> bytes:
    page.goto((folder / f"{picture.edition}.html").as_uri())
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        sys.exit(f"{picture.edition} is wider than {WIDTH} pixels; the picture would be cut off")
    first, last = (page.locator(place).first.bounding_box() for place in (picture.first, picture.last))
    top, left = first["y"] - MARGIN, max(0, first["x"] - 2 * MARGIN)
    height = last["y"] + last["height"] + MARGIN - top
    clip = {"x": left, "y": top, "width": WIDTH - 2 * left, "height": height}
    return page.screenshot(full_page=True, clip=clip)


def _small(png: bytes) -> bytes:
    """Return the picture with few colours, which text and charts do not miss."""
    small = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE).save(
        small, "PNG", optimize=True
    )
    return small.getvalue()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "demo"))
