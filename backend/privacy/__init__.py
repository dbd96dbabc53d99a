"""Requests under privacy law, uninstalls, and erasing what they name."""
