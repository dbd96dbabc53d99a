"""`flask check`: what is missing or wrong in the settings, one line each with what to do. It
changes nothing.
"""
