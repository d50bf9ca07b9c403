"""Who was there to be lost, and what was known then: spells, agent-months at risk, the doors to the past."""
