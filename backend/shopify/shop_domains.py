"""A shop's permanent domain: how it is written, and nothing else."""

import re

SHOP_DOMAIN = re.compile(r"[a-z0-9][a-z0-9-]*\.myshopify\.com", re.ASCII)
# What the tables have room for; a host's name may not be longer either.
MOST_CHARACTERS = 255


def is_shop_domain(text: str) -> bool:
    """Only a permanent domain, lower case. `fullmatch`, because `$` would accept a newline after
    it.
    """
    return len(text) <= MOST_CHARACTERS and SHOP_DOMAIN.fullmatch(text) is not None
