"""Conditions: syntax → typed tree → program; the operators are one table, the tree is data only."""
