"""How Hindi and Malayalam sound in Latin letters: people type them as they hear them, each in a
spelling of their own.
"""

import regex


def _pairs(text: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in text.split())


# What is typed in several ways for one sound; the longest first.
SPELLINGS = _pairs("""
    chh=c tch=c ksh=ks zh=l sh=s ch=c th=t dh=d kh=k gh=g bh=b ph=p jh=j ck=k qu=k
    aa=a ee=i ii=i oo=u uu=u ou=u ai=e ei=e ay=e au=o ie=i ea=i w=v f=p z=j q=k x=ks
    y=i
""")
HARD_C = regex.compile(r"c(?=[aoukrlt]|$)(?!h)")
DOUBLED = regex.compile(r"(.)\1+")
NASAL = regex.compile(r"[mn](?=[kgcjtdpb])")
SILENT_H = regex.compile(r"(?<![aeiou])h|h(?![aeiou])")
VOWELS = regex.compile(r"[aeiou]")

# The vowel of a consonant without a sign. Between two syllables of a word Hindi leaves it out.
UNWRITTEN = "ə"
UNSPOKEN = regex.compile(r"(?<=[aeiouə][a-z])ə(?=[a-z][aeiou])")

DEVANAGARI = _pairs("""
    क=k ख=k ग=g घ=g ङ=n च=c छ=c ज=j झ=j ञ=n ट=t ठ=t ड=d ढ=d ण=n त=t थ=t द=d ध=d न=n
    प=p फ=p ब=b भ=b म=m य=i र=r ल=l ळ=l व=v श=s ष=s स=s ह=h अ=a आ=a इ=i उ=u ऋ=ri ए=e
    ओ=o ा=a ि=i ु=u ृ=ri े=e ो=o ं=n ः= ्=
""")
MALAYALAM = _pairs("""
    ക=k ഖ=k ഗ=g ഘ=g ങ=n ച=c ഛ=c ജ=j ഝ=j ഞ=n ട=t ഠ=t ഡ=d ഢ=d ണ=n ത=t ഥ=t ദ=d ധ=d ന=n
    പ=p ഫ=p ബ=b ഭ=b മ=m യ=i ര=r റ=r ല=l ള=l ഴ=l വ=v ശ=s ഷ=s സ=s ഹ=h അ=a ആ=a ഇ=i ഉ=u
    ഋ=ri എ=e ഐ=e ഒ=o ഔ=o ാ=a ി=i ു=u ൃ=ri െ=e ൈ=e ൊ=o ൌ=o ം=m ഃ= ്=
""")
CONSONANTS = {
    "hi": regex.compile(r"[\u0915-\u0939]"),
    "ml": regex.compile(r"[\u0d15-\u0d39]"),
}
VOWEL_SIGNS = regex.compile(r"[\u093e-\u094d\u0d3e-\u0d4d]")
LETTERS = {"hi": DEVANAGARI, "ml": MALAYALAM}


def sound(word: str) -> str:
    """The key of a folded word in Latin letters: the same for its usual spellings."""
    word = HARD_C.sub("k", word)
    for spelling, letter in SPELLINGS.items():
        word = word.replace(spelling, letter)
    return _smooth(word)


def sound_of_script(word: str, language: str) -> str:
    """The same of a folded word in its own script."""
    letters, consonants = LETTERS[language], CONSONANTS[language]
    heard = []
    for place, letter in enumerate(word):
        heard.append(letters.get(letter, letter))
        following = word[place + 1 : place + 2]
        # A consonant without a sign is spoken with an a; in Hindi not at the end.
        has_own_vowel = bool(following) or language == "ml"
        if (
            consonants.match(letter)
            and has_own_vowel
            and not VOWEL_SIGNS.match(following)
        ):
            heard.append(UNWRITTEN)

    spoken = "".join(heard)
    if language == "hi":
        spoken = UNSPOKEN.sub("", spoken)
    return _smooth(spoken.replace(UNWRITTEN, "a"))


def _smooth(word: str) -> str:
    # Malayalam speaks a single t between vowels as d, and people type either.
    word = DOUBLED.sub(r"\1", word.replace("d", "t"))
    word = NASAL.sub("n", word)
    # An h is heard between vowels alone; a last vowel is typed or not.
    word = SILENT_H.sub("", word)
    return word[:-1] if len(word) > 3 and VOWELS.match(word[-1]) else word
