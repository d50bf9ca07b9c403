"""Features of agent-months, one family of features per file, built only from what was on record at the month-end."""
