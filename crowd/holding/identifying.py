"""What in a text identifies somebody: numbers with their checksum where they have one, dates of birth, postcodes,
phone numbers, addresses of e-mail. Pure functions, all linear: each looks at a bounded piece from every place."""

import re
from collections.abc import Callable, Iterator
from itertools import islice

from crowd.holding import names
from crowd.holding.folding import Folded, Span

NEAR = 40  # characters between what announces a date or a number and itself

# ---- NHS number: ten digits of which the last checks the others (modulus 11, NHS Data Dictionary) --------------------

_TEN = re.compile(  # single digits from the first of them on, else each would begin ten
    r"(?<!\w)(?!(?<=\d[ .\-/])\d[ .\-/]\d[ .\-/])(?=((?:\d(?: - |[ .\-/])?){9}\d)(?!\w))"
)
_GROUPS = re.compile(r"\d+")
_SHAPES = ([10], [3, 3, 4], [5, 5], [1] * 10)  # how people write it; any way after the letters NHS
_NHS = re.compile(r"\b(?:nhs|chi|h&c|hcn)\b", re.IGNORECASE)
_BOOK = re.compile(r"\b(?:isbn|issn|isrctn)\b", re.IGNORECASE)  # an ISBN of ten digits has the same checksum


def nhs_numbers(text: Folded) -> Iterator[Span]:
    for found in _TEN.finditer(text.text):
        before = text.text[max(0, found.start() - NEAR) : found.start()]
        groups = _GROUPS.findall(found[1])
        shaped = [len(group) for group in groups] in _SHAPES
        if (shaped or _NHS.search(before)) and valid_nhs("".join(groups)) and not _BOOK.search(before):
            yield text.span("nhs", found.start(1), found.end(1))


def valid_nhs(digits: str) -> bool:
    """Weights 10 to 2, modulus 11; a check digit of 10 is never given out."""
    if len(set(digits)) == 1:
        return False
    left = -sum(int(d) * weight for d, weight in zip(digits[:9], range(10, 1, -1), strict=True)) % 11
    return left == int(digits[9])


# ---- date of birth: a whole date that the words before or behind it announce --------------------

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_DATE = (
    r"(?:\d{1,2}\s?[/.\-]\s?\d{1,2}\s?[/.\-]\s?\d{2,4}|\d{4}[/.\-]\d{1,2}[/.\-]\d{1,2}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[ \-](?:of )?{_MONTH},?[ \-]\d{{2,4}}"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}})(?!\w)"
)
_A_DATE = re.compile(rf"(?<!\w){_DATE}", re.IGNORECASE)
_BORN = re.compile(r"\bd\.? ?o\.? ?b\b\.?|\bdate of birth\b|\bborn\b|\bbirth ?da(?:y|te)\b", re.IGNORECASE)
_BETWEEN = re.compile(r"[^\d\n;!?]*\Z")
_BEHIND = re.compile(r"\W{0,3}(?:d\.?o\.?b\b|date of birth)", re.IGNORECASE)
_ANNOUNCED = ("born", "birth", "dob", "d.o", "d o")


def birth_dates(text: Folded) -> Iterator[Span]:
    if not any(word in text.low for word in _ANNOUNCED):
        return
    for found in _A_DATE.finditer(text.text):
        start, end = found.span()
        before = text.text[max(0, start - NEAR - 15) : start]
        words = list(_BORN.finditer(before))
        announced = words and _BETWEEN.fullmatch(before, words[-1].end())
        if announced or _BEHIND.match(text.text, end):
            yield text.span("birth", start, end)


# ---- postcode: the shapes of the Royal Mail, with an area that there is --------------------

_POSTCODE = re.compile(r"(?<![\w-])([a-z]{1,2})(\d[\da-hjkmnpr-y]?) ?(\d[abd-hjlnp-uw-z]{2})(?![\w-])", re.IGNORECASE)


def postcodes(text: Folded) -> Iterator[Span]:
    for found in _POSTCODE.finditer(text.text):
        whole = found[0]
        if found[1].upper() in names.POSTCODE_AREAS and (whole.isupper() or whole.islower()):
            yield text.span("postcode", found.start(), found.end())


# ---- phone: as numbers in the UK are dialled, or any that begins with + --------------------

_DIALLED = re.compile(r"(?<![\w+])(?=((?:\+|\(?0|44)[\d ()\-.]{8,20}))")
_ABROAD = re.compile(r"(?:\+44|0044|44)(?:\(?0\)?)?")


def phones(text: Folded) -> Iterator[Span]:
    over = 0
    for found in _DIALLED.finditer(text.text):
        start = found.start(1)
        if start < over:
            continue
        for end in _ends(text.text, start, found[1]):
            if dialled(text.text[start:end]):
                over = end
                yield text.span("phone", start, end)
                break


def _ends(text: str, start: int, run: str) -> Iterator[int]:
    """Where a number of a length that there is may end, the longest first."""
    digits, ends = 0, []
    for group in _GROUPS.finditer(run):
        digits += len(group[0])
        end = start + group.end()
        if digits == len(group[0]) < 3 and group[0][0] == "0":
            break  # no number is dialled in groups of one or two from its 0 on
        if 8 <= digits <= 15 and not text[end : end + 1].isalnum():
            ends.append(end)
    return reversed(ends)


def dialled(written: str) -> bool:
    """Whether digits with spaces between are a phone number, by their length and how they begin."""
    digits = re.sub(r"\D", "", written)
    if written.startswith("+") and not digits.startswith("44"):
        return 8 <= len(digits) <= 15
    if whole := _ABROAD.match(re.sub(r"[ \-.]", "", written)):
        national = re.sub(r"\D", "", re.sub(r"[ \-.]", "", written)[whole.end() :])
        return len(national) == 10 and national[0] in "1237"
    first = _GROUPS.findall(written)[0]
    if not digits.startswith("0") or len(first) < 3:
        return False
    if digits[1] == "7":
        return len(digits) == 11
    return digits[1] in "1238" and (len(digits) == 11 or (len(digits) == 10 and digits[1] in "18" and len(first) > 3))


# ---- e-mail, also one that is spelled out --------------------

_LOCAL = re.compile(r"[\w.+'\-]{1,64}")  # read backwards from the sign
_DOMAIN = re.compile(r"[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,6}")
_AT = re.compile(r"@| ?[\[({] ?at ?[\])}] ?| at (?=[\w\-]{1,63} dot )", re.IGNORECASE)
_SPELLING = re.compile(r"[\[({] ?at ?[\])}]| dot ")
_SPELLED = re.compile(r"[\w\-]{1,63}(?:(?:\.| ?[\[({] ?dot ?[\])}] ?| dot )[\w\-]{1,63}){1,6}", re.IGNORECASE)


def emails(text: Folded) -> Iterator[Span]:
    if "@" not in text.text and not _SPELLING.search(text.low):
        return
    for found in _AT.finditer(text.text):
        local = _LOCAL.match(text.text[max(0, found.start() - 64) : found.start()][::-1])
        domain = (_DOMAIN if found[0] == "@" else _SPELLED).match(text.text, found.end())
        if local and domain:
            yield text.span("email", found.start() - local.end(), domain.end())


Finds = Callable[[Folded], Iterator[Span]]
OF_DIGITS: tuple[Finds, ...] = (nhs_numbers, birth_dates, postcodes, phones)
MOST = 50  # passages of a sort: nobody reads more, and a text of nothing else stays cheap
_DIGIT = re.compile(r"\d")


def personal_data(text: Folded) -> list[Span]:
    """The passages, in the order of the text."""
    rules: tuple[Finds, ...] = (*OF_DIGITS, emails) if _DIGIT.search(text.text) else (emails,)
    return sorted({span for rule in rules for span in islice(rule(text), MOST)}, key=lambda span: span[1:])
