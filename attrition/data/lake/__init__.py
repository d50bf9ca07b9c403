"""Tables of a lake: Parquet files of which a log, and not the folder, says which rows count (Delta, Iceberg)."""
