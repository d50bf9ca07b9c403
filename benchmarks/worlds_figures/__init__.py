"""The parts of the benchmark on worlds: centres, their truth, one module per question, and the page."""
