"""A kernel that counts probes over columns in one pass: Parquet and CSV files, Arrow tables, pandas and Polars frames."""
