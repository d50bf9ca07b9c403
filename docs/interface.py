"""The reference of the Python interface: an entry for each public name of `import attrition`, for mkdocstrings."""

from __future__ import annotations

import attrition

ENTRY = "::: attrition.{name}\n    options: {{ heading_level: 2, show_root_heading: true, show_root_full_path: false }}"


def page() -> str:
    """Return what the package says of itself, and an entry for each public name."""
    return "\n\n".join([attrition.__doc__ or "", *(ENTRY.format(name=name) for name in names())])


def names() -> list[str]:
    """List the public names, the classes and functions of the package itself first."""
    public = [name for name in getattr(attrition, "__all__", ()) if not name.startswith("_")]
    return sorted(public, key=lambda name: (_is_passed_on(name), name[0].islower()))


def _is_passed_on(name: str) -> bool:
    return getattr(vars(attrition).get(name), "__module__", "") != "attrition"
