"""A word to look for wherever something may have been left."""

import uuid

import pytest


@pytest.fixture
def canary() -> str:
    """A word that nobody else says. The search index keeps three letters at a time, so it
    is long.
    """
    return f"zq{uuid.uuid4().hex}"
