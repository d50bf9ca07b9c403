"""Features of agent-months, one family per file, each built from what was known at the month-end."""
