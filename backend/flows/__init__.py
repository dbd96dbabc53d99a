"""Multi-step business in the chat: its steps, its runs, its requests."""
