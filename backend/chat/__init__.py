"""What a shopper does: sessions, conversations, turns."""
