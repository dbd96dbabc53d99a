"""Shopify as far as the app meets it: app proxy, tokens, Admin API, webhooks."""
