"""What the editions of a month's report are called, which is also what their files are called."""

CENTRE, PARTNER, TEAM, OPERATIONS, QUALITY = "centre", "partner", "team", "operations", "quality"
"""Names of the editions: for the HR director, the HR partner, all teams, which stays with HR, operations, and quality
assurance."""
LEADER = "leader"
"""Name of what each team leader gets: the edition `TEAM` with the teams they lead alone."""
LEADERS_FOLDER = "teams"
"""The folder of a month's report with the leaders' files."""
