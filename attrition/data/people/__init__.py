"""Say whose rows they are: numbers, logins, renumbering, transfers, and who is on the roster."""
