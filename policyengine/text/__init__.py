"""Texts as readers see them: words and phrases in any script, patterns in linear time, facts derived from a text."""
