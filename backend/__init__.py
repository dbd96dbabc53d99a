"""Flux Chat's back end: a shop chat behind Shopify's app proxy that never loses a conversation."""
