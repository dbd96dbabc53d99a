"""STUB"""

import msgspec


class ModelItem(msgspec.Struct):
    quantity: int = 0
    words: str = ""


def compare(services, shop_id, lines, items):
    return lines
