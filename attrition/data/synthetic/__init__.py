"""Write the tables of a simulated centre, together with its true hazards, by which models can be evaluated."""

from attrition.data.synthetic.centre import write_centre
from attrition.data.synthetic.sources import sources_toml

__all__ = ["sources_toml", "write_centre"]
