"""The synthetic centre: raw tables of a simulated centre whose true hazards are known; no pipeline reads them."""

from attrition.data.synthetic.centre import write_centre
from attrition.data.synthetic.sources import sources_toml

__all__ = ["sources_toml", "write_centre"]
