"""The operator's tools: backup, restore, sealed files."""
