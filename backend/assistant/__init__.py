"""What answers a shopper: what the model is told, what it may cost, and what is said
without one.
"""
