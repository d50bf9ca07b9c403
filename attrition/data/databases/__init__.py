"""Read the result of a declared query from a database as Arrow, without rights to change anything there."""
