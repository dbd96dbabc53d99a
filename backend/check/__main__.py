"""`python -m backend.check`: works also where the app itself cannot start."""

import sys

from backend.check.findings import report

sys.exit(report())
