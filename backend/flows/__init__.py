"""What a shopper and a shop do in several steps: orders of many lines, and callbacks."""
