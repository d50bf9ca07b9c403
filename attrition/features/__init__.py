"""What was known about each agent-month, one family per file."""
