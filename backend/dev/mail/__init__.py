"""A pretend mail server, and pages that show what it was sent."""
