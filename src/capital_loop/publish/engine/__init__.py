"""Executes what changed, renders, swaps the site in."""
