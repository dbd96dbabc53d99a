"""`python -m backend.dev`: the whole sample shop."""

from backend.dev.dev_app import main

main()
