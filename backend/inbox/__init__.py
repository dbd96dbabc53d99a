"""What staff do with conversations: list and search, read, take over, keep notes; and who of them
has looked.
"""
