"""Worlds: the mechanisms by which the state of an agent becomes the hazard of resigning, and how the level moves."""
