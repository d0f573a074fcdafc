"""The record: typed tables, facts with their sources, series."""
