"""Bring a source that was read into the shape of a table: rows chosen, cells filled, columns turned into rows."""
