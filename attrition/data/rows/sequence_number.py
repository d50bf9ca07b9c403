"""Read the numbers by which a source orders the rows of one key."""


def sequence_number(column: str) -> str:
    """Return the SQL of a column's number; null where there is none.

    Examples
    --------
    >>> sequence_number('"EFFSEQ"')
    'TRY_CAST(CAST("EFFSEQ" AS VARCHAR) AS DOUBLE)'
    """
    return f"TRY_CAST(CAST({column} AS VARCHAR) AS DOUBLE)"
