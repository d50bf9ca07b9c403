"""Agent-months at risk, and point-in-time access to what was known of them: employment, events, states, totals."""
