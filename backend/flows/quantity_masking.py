"""What looks like a quantity and is none: contacts, dates, prices, addresses, numbers of papers. It
is blanked out, so that everything else stays in its place.
"""

import regex

MONTHS = (
    "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|ene|abr|ago|dic"
    "|janv|févr|avr|juin|juil|août|déc"
)
CURRENCY = r"(?:€|\$|£|¥|₹|eur(?:os?)?|usd|gbp|chf|inr|rs\.?|dollars?|円|درهم|ريال)"
AMOUNT = r"\p{Nd}+(?:[.,'’]\p{Nd}{3})*(?:[.,]\p{Nd}{1,2})?"
PAPERS = (
    r"p\.?o\.?|order|invoice|bestell(?:ung|nummer)|auftrag|rechnung|kunden?(?:nummer)?"
    r"|kd\.?|customer|account|pedido|factura|commande|facture|client|vat|ust-?id"
)
STREETS = "street|st|lane|ln|road|rd|avenue|ave|drive|dr|boulevard|blvd|way|court|square|close"

LABELLED = (
    r"^[ \t]*(?:line|item|pos(?:ition)?|zeile|ligne|línea)\.? ?#?\p{Nd}{1,3} ?[:.)-]"
)

PATTERNS = [
    # Addresses of the net
    r"(?:https?://|www\.)\S+",
    r"[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+\.\p{L}{2,}",
    # Telephone numbers: an international or a trunk prefix, or the American grouping
    r"(?<![\p{L}\p{N}-])(?:\+|00)\p{Nd}[\p{Nd} ()/.-]{6,}\p{Nd}",
    r"(?<![\p{L}\p{N}-])\(?0\p{Nd}{1,5}\)?[ /.-]\p{Nd}[\p{Nd} /.-]{3,}\p{Nd}(?!\p{L})",
    r"(?<![\p{L}\p{N}-])\(?\p{Nd}{3}\)?[ .-]\p{Nd}{3}[ .-]\p{Nd}{4}(?![\p{L}\p{N}-])",
    r"\b(?:tel|phone|mobile|telefon|teléfono|fax|call me (?:on|at)|whatsapp)\b[^\n\p{Nd}]{0,12}"
    r"\+?\p{Nd}[\p{Nd} ()/.-]{5,}\p{Nd}",
    # Dates and times
    r"(?<![\p{L}\p{N}-])\p{Nd}{1,4}[./-]\p{Nd}{1,2}[./-]\p{Nd}{2,4}(?![\p{L}\p{N}-])",
    r"(?<![\p{L}\p{N}./-])\p{Nd}{1,2}/\p{Nd}{1,2}(?![\p{L}\p{N}/-])",
    rf"\b\p{{Nd}}{{1,2}}\.?(?:st|nd|rd|th)?(?: of| de)? (?:{MONTHS})\p{{L}}*\b(?: \p{{Nd}}{{4}})?",
    rf"\b(?:{MONTHS})\p{{L}}*\.? \p{{Nd}}{{1,2}}(?:st|nd|rd|th)?\b(?!\s?(?:x|pcs|stk))",
    r"\b\p{Nd}{1,2}(?:st|nd|rd|th)\b",
    r"(?<!\p{Nd})\p{Nd}{1,2}:\p{Nd}{2}(?!\p{Nd})|\b\p{Nd}{1,2} ?(?:a\.?m|p\.?m|uhr)\b\.?",
    r"\p{Nd}{1,4}年(?:\p{Nd}{1,2}月)?(?:\p{Nd}{1,2}日)?|\p{Nd}{1,2}月\p{Nd}{1,2}日?",
    # Prices and shares
    rf"(?:{CURRENCY})\s?{AMOUNT}(?![\p{{L}}\p{{N}}])",
    rf"(?<![\p{{L}}\p{{N}}-]){AMOUNT}\s?(?:{CURRENCY})(?![\p{{L}}\p{{N}}])"
    r"(?: each| apiece| pro stück)?",
    r"@\s?\p{Nd}+(?:[.,]\p{Nd}+)?",
    r"\p{Nd}+(?:[.,]\p{Nd}+)?\s?(?:%|٪|percent|prozent)",
    # Numbers of papers
    rf"\b(?:{PAPERS})\b[ .:]*(?:(?:no|nr|num|number|nummer|núm)\b[ .:]*|#\s?)"
    r"\p{Nd}[\p{L}\p{Nd}/-]*",
    r"\b(?:from|of|my|our|in|under|the) order \p{Nd}{3,}\b",
    r"\bp\.?o\.?[ :#-]*\p{Nd}{2,}[\p{L}\p{Nd}/-]*",
    r"#\s?\p{Nd}{3,}",
    # Numbers of points
    LABELLED,
    # Streets and towns
    rf"\b\p{{Nd}}{{1,5}} (?:\p{{Lu}}\p{{L}}+ ){{1,3}}(?i:{STREETS})\b\.?",
    r"\b\p{L}*(?:straße|strasse|str\.|weg|platz|gasse|allee) \p{Nd}+\p{L}?\b",
    r"\b(?:rue|calle|avenida|avenue|via) (?:[\p{L}'’]+ ){1,4}\p{Nd}+\b",
    r"\b\p{Nd}{1,4},? (?:bis )?rue [^\n,]+",
    r"(?-i:\b\p{Lu}\p{L}+),? (?:(?-i:\p{Lu}{2}) )?\p{Nd}{5}(?:-\p{Nd}{4})?(?=\s*(?:$|[,.\n]))",
    r"(?<=[,\n] ?)\p{Nd}{5} (?-i:\p{Lu}\p{Ll}+)(?=\s*(?:$|[,.\n]))",
]
NO_QUANTITIES = [
    regex.compile(
        pattern,
        regex.I | regex.M,
    )
    for pattern in PATTERNS
]
NUMBERED = regex.compile(r"^[ \t]*\(?(\p{Nd}{1,3})(?:[.)]|[.)]?:)[ \t]+(?=\S)", regex.M)
HALF_DOZEN = regex.compile(
    r"(?:1/2|½) ?(?:dozen|doz|dz|dutzend|douzaine|docena)\b", regex.I
)
# A number at the beginning and another at the end.
COUNTED = regex.compile(r"^[ \t]*(\p{Nd}{1,3})[ \t]+(?=\S.*\D\p{Nd}+[ \t]*$)", regex.M)
BULLET = regex.compile(r"^[ \t]*[-–•·*▪◦‣]+[ \t]*(?=\S)", regex.M)


def mask(text: str) -> str:
    """A text of the same length; its lines stay lines."""
    masked = HALF_DOZEN.sub(_six, text)
    masked = _mask_numbering(masked)
    masked = BULLET.sub(_blank, masked)
    for pattern in NO_QUANTITIES:
        masked = pattern.sub(_blank, masked)
    return masked


def _mask_numbering(text: str) -> str:
    """Numbers of a list's points: 1, 2, 3 at the beginnings of lines."""
    for pattern in (NUMBERED, COUNTED):
        figures = [int(found[1]) for found in pattern.finditer(text)]
        if len(figures) > 1 and figures == list(
            range(
                1,
                len(figures) + 1,
            )
        ):
            text = pattern.sub(_blank, text)
    return text


def _six(found: regex.Match[str]) -> str:
    return "6".ljust(len(found[0]))


def _blank(found: regex.Match[str]) -> str:
    return " " * len(found[0])
