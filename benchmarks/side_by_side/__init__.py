"""Our model and its peers on the same agent-months and the same origins; `benchmarks/peers.py` runs it."""
