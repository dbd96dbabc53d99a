"""The shop's products and documents as we know them: sync and search."""
