"""The forum opens to everybody while twenty readers crawl it, at the real server, on either database: no byte that a
visitor ever gets is of a text that was promised to members only (P12, P13)."""

import re
import threading
import time
from datetime import timedelta

from crowd import clock
from crowd.states import Kind, Phase, Promise
from crowd.threads import deeds as threads
from tests import make
from tests.faults import people, real

READERS, TEXTS = 20, 30
BEFORE = 6  # seconds
START = ["/", "/c/ahp/", "/c/ahp/q/1", "/c/ahp/q/1.atom", "/c/ahp/findings", "/c/ahp/evidence", "/c/ahp/evidence.csv"]
SECRET = "ylnosrebmem"  # stands beside the words that are searched for: a page of search repeats those
HREF = re.compile(r'(?:href|src)="(/[^"#]*)')


class Reader(threading.Thread):
    """A visitor who follows every address that a page names, and tries all numbers beside; keeps every answer."""

    def __init__(self, port: int, ended: threading.Event, tries: list[str]) -> None:
        super().__init__()
        self.visitor, self.ended, self.tries = people.Person(port, ""), ended, tries
        self.answers: list[tuple[float, str, int, str]] = []

    def run(self) -> None:
        while not self.ended.is_set():
            known = dict.fromkeys(START + self.tries)
            waiting = list(known)
            while waiting and not self.ended.is_set():
                address = waiting.pop(0)
                page = self.visitor.get(address)
                self.answers.append((time.monotonic(), address, page.status, str(page)))
                new = [found for found in HREF.findall(page) if found not in known and not found.startswith("/static")]
                known |= dict.fromkeys(new)
                waiting += new


def test_p12_p13_no_reader_gets_a_members_only_text_before_during_or_after_the_opening(either):
    with people.inside(either.folder):
        people.begin_site()
        consultation = make.consultation(phase=Phase.ANALYSIS)
        numbers = texts_of(consultation)
        make.ready(consultation)
    server = either.serve()
    with people.inside(either.folder):
        opening = clock.now() + timedelta(seconds=BEFORE)
        make.moved(make.found("ahp"), Phase.OPEN, opening)
    opens, ended = time.monotonic() + (opening - clock.now()).total_seconds(), threading.Event()
    tries = [f"/p/{number}{end}" for number in numbers for end in ("", ".atom", "/news", "/versions", "/reply")]
    tries += ["/c/ahp/search?q=%22membersonly+%22", "/c/ahp/search?q=membersonlyw", "/c/ahp/q/1?sort=newest"]
    readers = [Reader(either.port, ended, tries[n:] + tries[:n]) for n in range(READERS)]
    for reader in readers:
        reader.start()

    def public(after: bool) -> int:
        """How many pages with what is promised to all came before or after the opening."""
        answers = [answer for reader in readers for answer in list(reader.answers)]
        return sum("publicwords" in page for at, _address, _status, page in answers if (at > opens) == after)

    try:
        real.until(lambda: public(after=True) > 10 * READERS, server)
    finally:
        ended.set()
    for reader in readers:
        reader.join(real.PATIENCE)
        assert not reader.is_alive(), server.said
    answers = [answer for reader in readers for answer in reader.answers]
    leaked = [(address, status) for _at, address, status, page in answers if SECRET in page]
    assert leaked == []
    assert public(after=False) == 0, "nothing of the discussion was shown before it opened"
    assert {status for _at, _address, status, _page in answers} <= {200, 204, 302, 304, 403, 404}


def texts_of(consultation) -> list[int]:
    """Threads in which texts of every promise answer each other; their numbers."""
    question, author = consultation.questions[0], make.member(consultation)
    numbers, above = [], None
    for n in range(TEXTS):
        promise = (Promise.ALIAS, Promise.MEMBERS, Promise.NAMELESS)[n % 3]
        words = f"membersonly {SECRET}" if promise == Promise.MEMBERS else "publicwords"
        writing = threads.prepare(f"{words} said number {n}", {"effect": f"{words} effect"})
        under = above if above is not None and n % 5 else question
        kind = Kind.COMMENT if under is not question else Kind.EXAMPLE
        above = make.contribution(under, by=author, writing=writing, kind=kind, promise=promise)
        make.file(above, by=author.id, name=f"{words} {n}.pdf", content=f"%PDF-1.4 {words}".encode())
        numbers.append(above.id)
    make.finding(consultation, evidence=(above,), title="What publicwords say")
    return numbers
