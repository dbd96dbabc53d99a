"""Shops: which there are, and what holds for each."""
