"""The rules in their order (M2): each passes, warns, holds or refuses, and every reason is kept."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crowd import clock
from crowd.holding import judging, reasons
from crowd.holding.folding import fold
from crowd.holding.judging import Refused
from crowd.holding.lists import Words
from crowd.holding.rules import OF_ITS_AUTHOR, OF_THE_TEXT, RULES, Asked, Mode, Past, Wants
from crowd.models import Consultation
from crowd.states import Standing, State
from tests import make
from tests.holding.texts import CLEAN, PHONE, always_hold, change, newest, rules, taken, trusted, under

ORDER = (
    *("length", "rate", "same", "blocked", "watched", "personal data", "named", "links"),
    *("first texts", "rejected", "always", "mode"),
)


def test_m02_the_rules_stand_in_their_fixed_order():
    assert tuple(RULES) == ORDER
    assert sorted([*OF_THE_TEXT, *OF_ITS_AUTHOR, "mode"]) == sorted(ORDER), "each is asked, and once"
    assert set(reasons.titles()) == set(ORDER)


def _asked(text, past=None, mode=Mode.BEFORE, **more):
    here = Consultation(text_limit=10_000, first_texts=2, most_links=3, watched=["scandal"], blocked=["idiot*"])
    return Asked(here, text, f"<p>{text}</p>", text, fold(text), past=past, mode=mode, **more)


@given(
    st.lists(
        st.sampled_from(["scandal", "idiots", "Mrs Achebe", PHONE, "www.a.example " * 4, "plain words"]), min_size=1
    ),
    st.builds(Past, *[st.integers(0, 9)] * 6, st.booleans()),
    st.sampled_from(list(Mode)),
)
def test_m02_whatever_is_found_reasons_come_in_the_order_of_the_rules(parts, past, mode):
    asked = _asked(" ".join(parts), past, mode, most_texts=5)
    said = {name: found for name in reversed(ORDER) if (found := RULES[name](asked))}
    names = [one.rule for one in judging.in_order(said)]
    assert names == [name for name in ORDER if name in names]
    assert [reason["rule"] for reason in judging.verdict(judging.in_order(said), mode).held_for] == names
    assert all(reasons.sentence(one.rule, one.words) for one in said.values())


def test_m02_too_long_or_empty_is_refused(consultation):
    taken(consultation, text_limit=200)
    with pytest.raises(Refused, match="no more than the host takes"):
        under(consultation.questions[0], "word " * 50, by=make.member(consultation))
    assert RULES["length"](_asked("")).wants == Wants.REFUSE


def test_m02_very_many_texts_in_ten_minutes_are_refused(app, consultation, at):
    app.config["TEXTS_LIMIT"] = 3
    who = make.member(consultation)
    for n in range(3):
        under(consultation.questions[0], f"Thought {n}.", by=who)
    with pytest.raises(Refused, match="very many texts"):
        under(consultation.questions[0], "Thought 4.", by=who)
    under(consultation.questions[0], "Somebody else’s.", by=make.member(consultation))
    at(clock.now() + timedelta(minutes=11))
    under(consultation.questions[0], "Thought 5.", by=who)


def test_m02_a_change_of_a_text_is_no_further_text(app, consultation):
    app.config["TEXTS_LIMIT"] = 1
    who = make.member(consultation)
    text = under(consultation.questions[0], "Thought.", by=who)
    assert change(text, "Better thought.", by=who).number == 2


def test_m02_the_same_text_again_is_refused_in_its_place_and_held_elsewhere(consultation):
    taken(consultation, mode_members="risk")
    who = trusted(consultation)
    first, second = consultation.questions[:2]
    under(first, CLEAN, by=who)
    with pytest.raises(Refused, match="sent these words here before"):
        under(first, CLEAN, by=who)
    elsewhere = under(second, CLEAN, by=who)
    assert (elsewhere.state, rules(elsewhere)) == (State.HELD, ["same"])
    assert under(first, CLEAN, by=trusted(consultation)).state == State.PUBLISHED, "somebody else may say it"


def test_m02_short_words_may_be_said_in_several_places_and_a_withdrawn_text_again(consultation):
    taken(consultation, mode_members="risk")
    who = trusted(consultation)
    one, other = (make.contribution(consultation.questions[0], by=make.member(consultation)) for _n in range(2))
    assert under(one, "Yes, we do this too.", by=who).state == State.PUBLISHED
    assert under(other, "Yes, we do this too.", by=who).state == State.PUBLISHED
    make.contribution(consultation.questions[0], by=who, text=CLEAN, state=State.WITHDRAWN)
    make.afresh()
    assert under(consultation.questions[0], CLEAN, by=who).state == State.PUBLISHED


def test_m02_blocked_words_are_refused_and_named(consultation):
    taken(consultation, blocked=["Cures Everything", "idiot*"])
    who = make.member(consultation)
    with pytest.raises(Refused, match="Cures Everything"):
        under(consultation.questions[0], "This oil cures everything.", by=who)
    with pytest.raises(Refused, match="idiot"):
        under(consultation.questions[0], "You are IDIOTS.", by=who)


def test_m02_watched_words_hold(consultation):
    taken(consultation, watched=["whistleblow*"], mode_members="risk")
    text = under(consultation.questions[0], "Whistleblowers are not protected.", by=trusted(consultation))
    assert (text.state, newest(text).held_for) == (State.HELD, [{"rule": "watched", "words": "whistleblow*"}])


@pytest.mark.parametrize(
    ("line", "text", "found"),
    [
        ("scandal", "What a SCANDAL.", True),
        ("scandal", "It is scandalous", False),
        ("scandal*", "It is scandalous", True),
        ("café", "the cafe closed", True),
        ("cafe", "the CAF\u00c9 closed", True),
        ("legal action", "I threaten legal\naction now", True),
        ("legal action", "legal and action", False),
        ("legal act*", "legal actions", True),
        ("scandal", "s\u200bc\u200ba\u200bn\u200bd\u200ba\u200bl", True),
        ("scandal", "\uff53\uff43\uff41\uff4e\uff44\uff41\uff4c", True),
        ("well-being", "well being, well-being", True),
        ("idiot", "the idiot’s guide", True),
        ("stra\u00dfe", "STRASSE", True),
    ],
)
def test_m02_words_are_whole_and_case_and_accents_make_no_difference(line, text, found):
    assert bool(Words([line]).found(fold(text))) is found


def test_m02_personal_data_warns_and_holds_if_kept(consultation):
    said = RULES["personal data"](_asked(PHONE + " Write to a.b@example.org."))
    assert (said.wants, said.words) == (Wants.WARN, "phone,email")
    text = under(consultation.questions[0], PHONE, by=make.member(consultation))
    assert newest(text).held_for[0] == {"rule": "personal data", "words": "phone"}, "the number itself is not repeated"
    assert "07700" not in str(newest(text).held_for)


def test_m02_a_named_individual_is_held(consultation):
    taken(consultation, mode_members="risk")
    text = under(consultation.questions[0], "Mrs Achebe was sent home.", by=trusted(consultation))
    assert (text.state, rules(text)) == (State.HELD, ["named"])


def test_m02_more_links_than_the_host_says_hold(consultation):
    taken(consultation, mode_members="risk", most_links=1)
    who = trusted(consultation)
    assert under(consultation.questions[0], "See https://a.example", by=who).state == State.PUBLISHED
    two = under(consultation.questions[0], "See [a](https://a.example) and www.b.example", by=who)
    assert newest(two).held_for == [{"rule": "links", "words": "2"}]


def test_m02_first_texts_hold_until_so_many_were_approved_here(consultation):
    taken(consultation, mode_members="risk", first_texts=1)
    who = make.member(consultation)
    first = under(consultation.questions[0], "The first.", by=who)
    assert newest(first).held_for == [{"rule": "first texts", "words": "0"}]
    make.contribution(consultation.questions[0], by=who)
    assert under(consultation.questions[0], "The second.", by=who).state == State.PUBLISHED


def test_m02_approved_texts_of_another_consultation_say_nothing_here(app, consultation):
    taken(consultation, mode_members="risk")
    other = make.consultation("other")
    who = trusted(other, 5)
    both = make.as_asker(who.id)
    joined = make.member(consultation)
    here = type(both)(
        id=both.id, memberships={**both.memberships, consultation.id: joined.memberships[consultation.id]}
    )
    assert rules(under(consultation.questions[0], CLEAN, by=here)) == ["first texts"]


def test_m02_a_third_of_the_last_decided_texts_rejected_holds(consultation):
    taken(consultation, mode_members="risk")
    who = trusted(consultation)
    make.contribution(consultation.questions[0], by=who, state=State.REJECTED)
    text = under(consultation.questions[0], CLEAN, by=who)
    assert newest(text).held_for == [{"rule": "rejected", "words": "1/3"}]
    fair = trusted(consultation, 3)
    make.contribution(consultation.questions[0], by=fair, state=State.REJECTED)
    assert under(consultation.questions[0], CLEAN, by=fair).state == State.PUBLISHED


@pytest.mark.parametrize("everywhere", [True, False])
def test_m02_whoever_is_always_held_is_until_that_ends(consultation, everywhere):
    taken(consultation, mode_members="risk")
    who = trusted(consultation)
    here = None if everywhere else consultation.id
    past = clock.now() - timedelta(days=1)
    always_hold(who.id, here, ended_at=past)
    always_hold(who.id, here, until=past)
    assert under(consultation.questions[0], "A first thought.", by=who).state == State.PUBLISHED
    always_hold(who.id, here)
    assert rules(under(consultation.questions[0], CLEAN, by=who)) == ["always"]


def test_m02_all_reasons_are_kept_and_not_only_the_first(consultation):
    taken(consultation, watched=["scandal"], most_links=0)
    who = make.member(consultation)
    always_hold(who.id, consultation.id)
    text = under(consultation.questions[0], f"A scandal! Mrs Achebe knows. {PHONE} www.a.example", by=who)
    assert rules(text) == ["watched", "personal data", "named", "links", "first texts", "always", "mode"]
    sentences = reasons.words(newest(text).held_for)
    assert len(set(sentences)) == 7
    assert "scandal" in sentences[0]
    assert "a phone number" in sentences[1]


def test_an_old_reason_and_an_unknown_one_have_sentences():
    assert reasons.words([{"rule": "mode"}, {"rule": "gone"}]) == [
        "Every text is read before it is published.",
        "It was held by the rule “gone”.",
    ]


def test_m02_the_card_of_an_example_is_read_but_not_whom_it_cites(consultation):
    looked = judging.look(
        consultation, "Good work", "<p>Good work</p>", {"source": "Dr Hargreaves 2014", "effect": PHONE}
    )
    assert set(looked.said) == {"personal data"}


def test_a_persons_past_is_one_question_however_much_they_wrote(consultation, queries):
    who = make.member(consultation)

    def asked() -> int:
        with queries() as sent:
            under(consultation.questions[0], f"Something new {clock.now().timestamp()}", by=who)
        return len(sent)

    asked()  # it also reads the consultation
    first = asked()
    for _n in range(30):
        make.contribution(consultation.questions[0], by=who)
    assert asked() <= first


def test_facilitators_texts_go_through_the_same_rules(consultation):
    """M24: nobody is their own moderator."""
    mo = make.as_asker(make.person("m@example.org", roles="M", name="Mo").id)
    assert under(consultation.questions[0], PHONE, by=mo).state == State.HELD
    assert Standing.MODERATOR in mo.roles
