"""`python -m backend.check`, which is `flask check` where Flask is not asked first."""

from backend.check.command import check

check(prog_name="python -m backend.check")
