"""Read the files and databases of a source as they are: encodings, headings, totals and cells, before mapping."""
