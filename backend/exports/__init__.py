"""Conversations to hand out, as JSON, CSV and PDF, and back in."""
