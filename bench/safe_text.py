"""Milliseconds that crowd.text.safe_html takes, by length and for the worst shapes of 10,000 characters.

    python bench/safe_text.py

The best of five, because other programs share the machine. "refused" is a text that safe_html does not take:
the time is what saying so costs. The goal is 50 ms for the worst.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from crowd.text import Unusable, safe_html

LENGTH = 10_000
CODES = frozenset({"AHP-2016", "A1"})  # consultations whose citable numbers become links
PROSE = (
    "Count *care time*, not contacts: people come back when nobody has asked them what **matters**.\n\n"
    "- One plan for each person, see https://www.example.org/plan (page 3).\n- Let therapists refer.\n\n"
)
REPEATED = {
    "prose": PROSE,
    "words": "Count care time, please. ",
    "chinese": "请计算护理时间，",
    "one word": "a",
    "dots": "a.",
    "quotes": ">",
    "quotes 19 deep": ">" * 19 + "a\n",
    "lazy quotes": "a\n",
    "bullets": "- ",
    "numbers": "1) ",
    "items": "- a\n",
    "items 15": "- a b c d e f\n",
    "list in quote": "- > ",
    "brackets": "[",
    "links open": "[a](",
    "images open": "![a](",
    "link and links": "[a](http://b.c) ",
    "titles": '[a](b "',
    "autolinks": "<http://a.b>",
    "bare": "http://a.b/ ",
    "bare 2": "http://a.b/http://",
    "www": "www.a.b ",
    "e-mail": "a@b.c ",
    "ats": "@",
    "stars": "**a *b ",
    "stars 2": "*a ",
    "stars 3": "a**b*c_",
    "underscores": "_a",
    "strikes": "~~a ~",
    "backticks": "`a",
    "less": "<",
    "tags": "<b>",
    "comments": "<!--",
    "cdata": "<![CDATA[",
    "processing": "<?",
    "ampersands": "&",
    "entities": "&lt;",
    "references": "[a]: b\n",
    "headings": "# a\n\n",
    "underlined": "a\n=\n",
    "rules": "---\n\n",
    "fences": "```\n",
    "paragraphs": "a\n\n",
    "paragraphs 16": "a b c d e f g\n\n",
    "breaks": "a  \n",
    "tables": "|a|b|\n",
    "wide table": "|a",
    "backslashes": "\\",
    "colons": "http:",
    "accents": "a\u0301\u0316",
    "joined": "\U0001f469\u200d",
    "cited": "AHP-2016-0081 ",
    "cited in a row": "A-1111-",
    "almost cited": "AHP-2016-00811111-A ",
    "capitals": "A-",
}


def half(left: str, right: str) -> str:
    return left * (LENGTH // 2 // len(left)) + right * (LENGTH // 2 // len(right))


def shapes() -> Iterator[tuple[str, str]]:
    for name, piece in REPEATED.items():
        yield name, (piece * (LENGTH // len(piece) + 1))[:LENGTH]
    yield "all accents", "a" + "\u0301\u0316" * (LENGTH // 2)
    yield "spaces", " " * (LENGTH - 1) + "a"
    yield "newlines in code", "```\n" + "\n" * (LENGTH - 8) + "a"
    yield "address and brackets", "http://a.b/" + ")" * (LENGTH - 11)
    yield "one long address", "http://a.b/" + "a" * (LENGTH - 11)
    yield "one long link", "[a](http://a.b/" + "é" * (LENGTH - 20) + ")"
    yield "brackets shut", half("[", "]")
    yield "links shut", half("[", "](a)")
    yield "strong in strong", half("**a", "b**")
    yield "nested list", "".join("  " * depth + "- a\n" for depth in range(99))[:LENGTH]
    yield "quote, then lazy", "> " * 20 + "a\n" * (LENGTH // 2)
    # As many of each as the limits let through.
    yield "most lines in a quote", "> " * 20 + "a\n" * 490
    yield "most lines in a list", "- " * 20 + "a\n" * 490
    yield "most items", "- abcdefghij\n" * 490
    yield "most paragraphs", "abcdefg hij\n\n" * 490
    yield "most brackets", "[" * 195
    yield "most brackets apart", "[a" * 195
    yield "most brackets shut", "[" * 195 + "](a)" * 195
    yield "most brackets, then much", "[" * 195 + "@ " * 4000 + "](a)"
    yield "most titles", ('[a](b "' * 195) + "a" * 8000
    yield "most links", "[a](http://b.c) " * 195
    yield "most autolinks", "<http://a.b> " * 195
    yield "most bare links", "http://a.bc/ " * 195
    yield "most stars", "a**b*c_" * 245 + "a" * 6000
    yield "most stars apart", "*a " * 990
    yield "most ampersands", "&a " * 990
    yield "most tags", "<b>" * 490
    yield "most cdata", "<![CDATA[" * 97
    yield "most table cells", "|a|b|c|d|e\n|-|-|-|-|-\n" + "|a|b|c|d|e\n" * 90
    yield "most cells filled up", "|a" * 50 + "\n" + "|-" * 50 + "\n" + "a\n" * 17
    yield "most cited", "A1-0001 " * 245 + "word " * 1600
    yield "most cited and linked", "A1-0001 http://a.b " * 120 + "word " * 1400
    yield "most of all", ("*a* [b](http://c.d) `e` & f\n\n" * 99) + "word " * 1000


def best(source: str) -> tuple[float, str]:
    times, end = [], ""
    for _ in range(5):
        start = time.perf_counter()
        try:
            safe_html(source, codes=CODES)
        except Unusable:
            end = "refused"
        times.append(time.perf_counter() - start)
    return min(times) * 1000, end


def main() -> None:
    for length in (400, 5_000, 10_000):
        text = (PROSE * (length // len(PROSE) + 1))[:length]
        print(f"{best(text)[0]:8.2f} ms  prose of {length:,} characters")
    results = sorted(((*best(source), name) for name, source in shapes()), reverse=True)
    for ms, end, name in results:
        print(f"{ms:8.2f} ms  {name} {end}")
    print(f"worst of {len(results)} shapes: {results[0][0]:.1f} ms (goal: at most 50)")


if __name__ == "__main__":
    main()
