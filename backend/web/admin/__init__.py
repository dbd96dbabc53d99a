"""The merchant's pages: one module of views a page."""
