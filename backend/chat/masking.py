"""What nobody should write into a chat, hidden before anything is stored, compared or sent: numbers
and codes of payment cards, codes that are good for once, PINs and passwords.
"""

import regex

from backend.chat.card_numbers import mask_cards
from backend.chat.named_passwords import mask_passwords
from backend.chat.named_secrets import mask_codes

# No secret has fewer.
DIGITS = regex.compile(r"\d\D*\d\D*\d")


def mask(text: str) -> str:
    """The same with •••• in place of secrets, and the last four digits of card numbers behind it.
    Masked once more it stays as it is. Account numbers (IBAN) stay: people ask for refunds.
    """
    if DIGITS.search(text):
        text = mask_cards(text)
        text = mask_codes(text)
    return mask_passwords(text)
