"""Measurements against peers and agreement with outside data. Each module is a command that prints a table."""
