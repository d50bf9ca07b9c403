"""Find the agents at risk at each month-end, and what was known of them then: their events, states and totals."""
