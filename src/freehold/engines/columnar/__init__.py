"""A kernel that counts probes over columns in one pass: Parquet, CSV and Arrow files, Arrow tables, pandas and Polars frames."""
