"""Talks to Shopify and reads what Shopify signed. Knows no database."""
