"""Find out what a folder of exports holds: tables, columns, the meaning of words, and how values are written."""
