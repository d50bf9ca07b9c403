"""A real browser draws the page, offline, with its charts."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from attrition.report.month import month as computed
from attrition.report.pages import page
from attrition.report.products import Products

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars")
FLAGS += ("--disable-background-networking", "--disable-component-update", "--disable-sync")


@pytest.mark.skipif(BROWSER is None, reason="chromium is not installed (apt-get install chromium fonts-noto-cjk)")
def test_a_browser_draws_the_page_with_its_charts(month: Products, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(page(computed(month), "zh"), encoding="utf-8")
    shot = tmp_path / "shot.png"
    places = (f"--user-data-dir={tmp_path / 'profile'}", f"--screenshot={shot}", "--window-size=1200,1400")
    command = [str(BROWSER), *FLAGS, *places, (tmp_path / "report.html").as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    colours = np.asarray(Image.open(shot).convert("RGB")).reshape(-1, 3)
    for name, colour in {"range": (0xC9, 0xE0, 0xEF), "dots": (0xC2, 0x50, 0x0F), "ribbon": (0x12, 0x34, 0x4D)}.items():
        assert (colours == colour).all(axis=1).sum() > 200, name
