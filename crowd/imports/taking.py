"""One run over what was gathered: what is new of it becomes rows, in the order in which they depend on each other."""

from collections import Counter

from crowd.bulk import Bulk
from crowd.i18n import _
from crowd.imports import labels, people, rooms, tallying, writing
from crowd.imports.order import in_order
from crowd.imports.shape import Gathered, Said, Tell
from crowd.models import Consultation
from crowd.states import State


class Dry(Bulk):
    """Chooses ids and writes nothing: for a run that is only to say what it would do."""

    def write(self) -> None:
        self._rows, self._waiting = {}, 0


class Taking:
    """One run. `took` counts what is new, by its name."""

    def __init__(self, found: Gathered, safe: dict[str, tuple[str, str]], *, dry: bool, tell: Tell) -> None:
        self.found, self.safe, self.tell = found, safe, tell
        self.took: Counter[str] = Counter()
        self.bulk = Dry() if dry else Bulk()
        self.consultation: Consultation

    def everything(self, slug: str, title: str, *, chosen: bool) -> None:
        """Part of the caller's transaction. Raises BadExport."""
        found, before = self.found, rooms.there(slug, chosen=chosen)
        if before is None:
            self.took["consultation"] = 1
        self.consultation = before or rooms.new_consultation(slug, title, found)
        questions = rooms.questions(self.consultation, found, before is None)
        self._without_a_room(set(questions))
        nodes = writing.there(self.consultation, found.source)
        new = in_order(found, nodes.keys())
        self._only_these(new, set(nodes))
        again = any(key in nodes for key in found.texts)
        gone = any(one.gone for one in new)
        others = self._refusal(new), people.unknown(found.source, slug) if gone else 0  # before ids are chosen
        known = self._people(again)
        pen = writing.Pen(
            self.consultation,
            found.source,
            self.bulk,
            nodes=nodes,
            people=known,
            rooms={name: question.id for name, question in questions.items()},
            safe=self.safe,
            refusal=others[0],
            unknown=others[1],
        )
        for one in new:
            pen.write(one)
            kind = "gone" if one.gone else "comments" if one.parent else "ideas"
            self.took[kind] += 1
            self.took[one.state] += not one.gone
        ids = {key: node.id for key, node in nodes.items()}
        labels.give(new, ids, self.consultation, self.bulk, self.took)
        self.bulk.write()
        self._votes({key: number for key, (number, _alias) in known.items()}, ids)
        self.bulk.write()

    def _without_a_room(self, names: set[str]) -> None:
        """Leave what belongs to no question here."""
        for key, one in list(self.found.texts.items()):
            if one.parent or one.question in names:
                continue
            del self.found.texts[key]
            if one.question:
                said = _("there is no question “%(name)s” here", name=one.question[:100])
                self.found.left.add(_("texts on a question that the consultation does not have"), one.place, said=said)
            else:
                why = _("texts that name no question, where the consultation has none or several")
                self.found.left.add(why, one.place, said=_("it names no question, and there are none or several here"))

    def _only_these(self, new: list[Said], there: set[str]) -> None:
        """What hangs in the air takes its votes along, and an author of nothing else was not here."""
        kept = {one.key for one in new} | there
        if all(key in kept for key in self.found.texts):
            return
        self.found.texts = {key: one for key, one in self.found.texts.items() if key in kept}
        self.found.votes = {key: value for key, value in self.found.votes.items() if key[1] in kept}
        if self.found.events:
            self.found.events = [event for event in self.found.events if event.text in kept]

    def _people(self, again: bool) -> dict[str, tuple[int, str]]:
        found = self.found
        if found.source != "polis":  # which names everybody who was there, also those who only looked
            seen = {one.author for one in found.texts.values()} | {person for person, _text in found.votes}
            found.people = {key: alias for key, alias in found.people.items() if key in seen}
        known, new = people.take(found, self.consultation, self.bulk, rooms.begin(found), again=again)
        self.took["people"] += new
        return known

    def _refusal(self, new: list[Said]) -> tuple[int, int]:
        why = self.found.refusal
        if why is None or all(one.state != State.REJECTED for one in new):
            return 0, 0
        return people.refused_by(self.found.source, why)

    def _votes(self, by: dict[str, int], on: dict[str, int]) -> None:
        votes = tallying.Votes(self.found, self.consultation, self.bulk, by, on, self.took)
        votes.last(self.tell)
        votes.history()
