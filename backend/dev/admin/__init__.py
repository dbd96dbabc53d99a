"""The pretend Shopify admin."""
