"""The centres of the benchmark: one workspace per world and seed, with its panel."""

from __future__ import annotations

from pathlib import Path

from attrition import workspace as workspaces
from attrition.data.progress import silent
from attrition.data.synthetic import sources_toml, write_centre
from attrition.model.panel import Panel
from attrition.steps.panel import load_or_build_panel


def make_centre(folder: Path, *, world: str, seed: int, agents: int, months: int) -> tuple[Path, Panel]:
    """Draw a centre of a world unless it is there already, and return its workspace and its panel."""
    workspace = folder / f"{world}-{seed}"
    sources = workspace / "pipelines" / "sources.toml"
    declaration = sources_toml("exports")
    if not sources.exists() or sources.read_text(encoding="utf-8") != declaration:
        workspaces.write_starter(workspace)
        write_centre(workspace / "exports", agents=agents, months=months, seed=seed, world=world)
        sources.write_text(declaration, encoding="utf-8")
    return workspace, load_or_build_panel(workspace, progress=silent)
