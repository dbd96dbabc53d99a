"""What the assistant may do besides speaking: one tool a file, by the tool's name."""
