"""Does an intervention work here? Randomised, preregistered pilots: design, assignment, analysis, and lessons."""
