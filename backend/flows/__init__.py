"""What a shopper and a shop do in several steps: orders of many lines, and what they are read from."""
