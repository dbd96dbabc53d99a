"""Talks to a model. Knows no shop."""
