"""Hold the tables of a centre against each other: each may be right in itself, and wrong beside the others."""
