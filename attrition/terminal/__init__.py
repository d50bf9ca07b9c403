"""What a person types and sees: the commands by group, and what they print."""
