"""What is measured, line by line. Both sides of a ratio are asked in turn; it is of the server's own time a request."""

import itertools
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bench import limits
from bench.instance import Instance
from bench.load import Answer, Browser, Wrong, send
from bench.serving import Served

Requests = Callable[[], list[Iterator[bytes]]]
AT_ONCE = 10  # decisions that are measured together
TEXT = "Let every therapist see the **whole record**, and book the first contact themselves. "


@dataclass
class Side:
    """One of two things that are compared: requests to a server, and what a right answer is."""

    served: Served
    requests: Requests
    right: Callable[[Answer], bool]
    cpu: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)
    longest: float = 0.0
    answers: int = 0

    def ask(self, seconds: float, *, count: bool = True) -> None:
        """One round. Raises Wrong if an answer was not as it should be."""
        before = self.served.cpu()
        told = send(self.served.port, self.requests(), seconds, self.right)
        if told.wrong:
            raise Wrong(f"{len(told.wrong)} of {told.answers} answers, the first: {told.wrong[0]}")
        self.answers += told.answers
        if count:
            self.cpu.append(1000 * (self.served.cpu() - before) / told.answers)
            self.rate.append(told.answers / told.seconds)
            self.longest = max(self.longest, told.longest)

    def told(self) -> str:
        return f"{_median(self.cpu):.3f} ms {_median(self.rate):.0f}/s"


@dataclass
class Line:
    """A ratio with its goal: at least `goal`, or at most `at_most`. None could not be measured, `note` says why."""

    name: str
    ratio: float | None
    goal: float | None = None
    at_most: float | None = None
    note: str = ""

    @property
    def reached(self) -> bool:
        if self.ratio is None:
            return False
        return self.ratio >= self.goal if self.goal is not None else self.ratio <= (self.at_most or 0)


@dataclass
class Pace:
    """How long and how often."""

    seconds: float = 1.0
    rounds: int = 5

    def compare(self, name: str, goal: float, ours: Side, least: Side) -> Line:
        """The least one can do over what we do: 1 is as cheap as the limit."""
        ratio = self.grown(ours, least)  # of the limit's cost over ours
        cost = f"{ours.told()}, limit {least.told()}, longest {1000 * ours.longest:.0f} ms"
        return Line(name, ratio, goal=goal, note=cost)

    def grown(self, few: Side, many: Side) -> float:
        """How many times dearer the second one is, asked in turn with the first."""
        for side in (few, many):
            side.ask(self.seconds / 2, count=False)
        for _round in range(self.rounds):
            few.ask(self.seconds)
            many.ask(self.seconds)
        return statistics.median(b / max(a, 1e-6) for a, b in zip(few.cpu, many.cpu, strict=True))


def _median(values: list[float]) -> float:
    return statistics.median(values) if values else 0.0


def again(*requests: bytes) -> Requests:
    """Each of these over and over, on a connection of its own."""
    return lambda: [itertools.repeat(request) for request in requests]


def page(having: bytes) -> Callable[[Answer], bool]:
    return lambda answer: answer.status == 200 and having in answer.body


def redirected(answer: Answer) -> bool:
    return answer.status in (302, 303)


class Bench:
    """Crowd and the limits, both being served."""

    def __init__(self, crowd: Instance, folder: Path, pace: Pace, server: str = "granian") -> None:
        self.crowd, self.pace = crowd, pace
        self.visitor = Browser(crowd.start(server).port)
        await_first_page(crowd.served)
        self.readers = crowd.signed_in(crowd.discussion.readers)
        self.presses = [self._presses(reader, 7 * n) for n, reader in enumerate(self.readers)]
        self.open_thread = f"/p/{crowd.opened.thread}"
        self.thread = f"/p/{crowd.discussion.thread}"
        self.long_thread = f"/p/{crowd.discussion.long_thread}"
        self.question = f"/c/{crowd.discussion.slug}/q/1"
        folder.mkdir()
        for name, path, who in self._pages():
            (folder / f"{name}.page").write_bytes(who.page(path))
        self.limits = Served("limits", folder, server)
        await_first_page(self.limits, "/constant/question-member")
        self.posters = [Browser(self.limits.port, **{limits.COOKIE: s}) for s in limits.sign_in(folder, 16)]

    def _pages(self) -> list[tuple[str, str, Browser]]:
        return [
            ("thread-200-visitor", self.open_thread, self.visitor),
            ("thread-200-member", self.thread, self.readers[0]),
            ("question-member", self.question, self.readers[0]),
            ("thread-2000-visitor", f"/p/{self.crowd.opened.long_thread}", self.visitor),
            ("thread-2000-member", self.long_thread, self.readers[0]),
        ]

    def stop(self) -> None:
        self.limits.stop()
        self.crowd.served.stop()

    def reading(self, name: str, goal: float) -> Line:
        """A page against a constant of its bytes. Each member's own votes and waiting text stand in what they get."""
        _name, path, who = next(p for p in self._pages() if p[0] == name)
        readers = self.readers if who is not self.visitor else [who] * 16
        ours = Side(self.crowd.served, again(*(r.asking(path) for r in readers)), page(b"</html>"))
        constant = Browser(self.limits.port).asking(f"/constant/{name}")
        return self.pace.compare(name, goal, ours, Side(self.limits, again(*[constant] * 16), page(b"</html>")))

    def unchanged(self, goal: float) -> Line:
        etag = self.visitor.get(self.open_thread).headers["etag"]
        ask = self.visitor.asking(self.open_thread, If_None_Match=etag)
        least = Browser(self.limits.port).asking("/same", If_None_Match=limits.ETAG)
        same = lambda answer: answer.status == 304  # noqa: E731  # it stands twice in the next line
        return self.pace.compare(
            "unchanged",
            goal,
            Side(self.crowd.served, again(*[ask] * 16), same),
            Side(self.limits, again(*[least] * 16), same),
        )

    def least_post(self, number: int) -> Side:
        """Members who post to the least app that could take it."""
        posts = []
        for poster in self.posters[:number]:
            fields = poster.fields("/post") | {"text": (TEXT * 5)[:400]}
            posts.append(poster.sending("/post", fields))
        return Side(self.limits, again(*posts), redirected)

    def voting(self, number: int, goal: float) -> Line:
        """Each member votes on one idea after the other; each press is a change, also when all are through."""
        before = self.crowd.votes()
        ours = Side(self.crowd.served, lambda: self.presses[:number], redirected)
        made = self.pace.compare(f"vote-{number}", goal, ours, self.least_post(number))
        if (now := self.crowd.votes()) != before + ours.answers:
            raise Wrong(f"{ours.answers} votes were given, {now - before} are in the history")
        return made

    def _presses(self, who: Browser, first: int) -> Iterator[bytes]:
        token, ideas = who.fields(self.thread)["csrf_token"], self.crowd.discussion.ideas
        for value in itertools.cycle(("agree", "disagree", "pass")):
            for n in range(len(ideas)):
                idea = ideas[(first + n) % len(ideas)]
                yield who.sending("/vote", {"csrf_token": token, "vote": f"{value}-{idea}"})

    def submitting(self, number: int, goal: float) -> Line:
        """Answers to the question, each with the form's fields and a key of its own."""
        before = self.crowd.held()
        lines = [self._answers(reader) for reader in self.readers[:number]]
        ours = Side(self.crowd.served, lambda: lines, redirected)
        made = self.pace.compare(f"submit-{number}", goal, ours, self.least_post(number))
        if (now := self.crowd.held()) != before + ours.answers:
            raise Wrong(f"{ours.answers} texts were sent, {now - before} wait")
        return made

    def _answers(self, who: Browser) -> Iterator[bytes]:
        path = f"{self.question}/new"
        fields = who.fields(path) | {"kind": "idea", "promise": "2", "do": "send", "similar": "seen"}
        while True:
            now = time.time_ns()  # the same text again would be refused
            text = f"{(TEXT * 5)[:380]} {now}"
            yield who.sending(path, fields | {"text": text, "once": f"{fields['once'][:16]}-{now}"})


def await_first_page(served: Served, path: str = "/") -> float:
    """Seconds from the start to the first page."""
    browser = Browser(served.port)
    while served.alive():
        try:
            if browser.get(path).status == 200:
                return time.monotonic() - served.began
        except OSError:
            time.sleep(0.01)
    raise Wrong("the server ended instead of answering; its log lies in the instance")


def starting(crowd: Instance, times: int) -> Line:
    """A start of an instance that has been started before, until it answers with its front page."""
    taken = []
    for _n in range(times):
        served = crowd.start()
        taken.append(await_first_page(served))
        served.stop()
    return Line("start", statistics.median(taken), at_most=1.0, note="seconds")


def remembering(bench: Bench) -> Line:
    """MiB of all processes, after both have read every page that they can keep."""
    ideas = bench.crowd.discussion.ideas
    paths = [f"/p/{number}" for number in [*ideas[:3000], *bench.crowd.opened.ideas[:3000]]] + [bench.question]
    for who in (bench.readers[0], bench.visitor):
        asked = [who.asking(path) for path in paths]
        send(bench.crowd.served.port, [iter(asked) for _n in range(8)], 60, lambda answer: answer.status < 500)
    return Line(
        "memory", bench.crowd.served.memory(), at_most=150, note="MiB, two workers and the one that starts them"
    )


def deciding(instances: list[Instance], numbers: list[int], rounds: int) -> list[Line]:
    """The queue, and opening one and deciding on it, with so many waiting, over the same with the fewest."""
    desks = [instance.signed_in([_moderator(instance)])[0] for instance in instances]
    cost: dict[str, list[list[float]]] = {name: [[] for _one in instances] for name in ("queue", "decision")}
    for _round in range(rounds + 1):
        for n, (instance, desk) in enumerate(zip(instances, desks, strict=True)):
            versions = instance.waiting(numbers[n] + AT_ONCE)[:AT_ONCE]
            cost["decision"][n].append(_cost(instance, [partial(_decide, desk, version) for version in versions]))
            cost["queue"][n].append(_cost(instance, [partial(desk.page, "/moderate")] * AT_ONCE))
    return [_flat(f"{name}-flat", [_median(found[1:]) for found in of], numbers) for name, of in cost.items()]


def _cost(instance: Instance, deeds: list[Callable[[], object]]) -> float:
    """Milliseconds of the server's time for each of these."""
    before = instance.served.cpu()
    for deed in deeds:
        deed()
    return 1000 * (instance.served.cpu() - before) / len(deeds)


def _flat(name: str, cost: list[float], numbers: list[int]) -> Line:
    told = ", ".join(f"{ms:.1f} ms with {number:,}" for ms, number in zip(cost, numbers, strict=True))
    return Line(name, max(cost[1:]) / max(cost[0], 1e-6), at_most=1.3, note=f"{told} waiting")


def _moderator(instance: Instance) -> int:
    from bench import fill

    with instance.database():
        return fill.moderator()


def _decide(desk: Browser, version: int) -> None:
    """Open one and approve it; the answer has claimed the next one."""
    fields = desk.fields(f"/moderate/{version}") | {"decision": "approve"}
    told = send(desk.port, [iter([desk.sending(f"/moderate/{version}", fields)])], 10, redirected)
    if told.wrong:
        raise Wrong(f"deciding on {version}: {told.wrong[0]}")
