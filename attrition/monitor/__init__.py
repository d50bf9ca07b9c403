"""Has the world moved since the model was fitted: drift of inputs and scores, the level, the list, and alarms."""
