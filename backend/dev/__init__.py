"""The sample shop: a store, a storefront and a model on this machine alone. Production never
imports it.
"""
