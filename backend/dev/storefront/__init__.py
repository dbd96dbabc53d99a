"""The sample storefront: its goods, its theme, its pages."""
