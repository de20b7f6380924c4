"""Widgets that know nothing of runs: they show what they are given."""
