"""What happened in a period, in figures."""
