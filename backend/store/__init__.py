"""Remembers: the database, live events, cache, limits and the job table. Knows nothing above it."""
