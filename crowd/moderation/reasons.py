"""The twelve reasons that come with Crowd (M12); a host changes them on the page of reasons."""

from typing import NamedTuple

from crowd.i18n import in_english


class Shipped(NamedTuple):
    """A reason as it comes; `text` is what the author reads, after "the moderators cannot publish your text"."""

    title: str
    text: str
    rule: str
    decision: str = "return"
    appeal: bool = True
    note_needed: bool = False


SHIPPED = (
    Shipped(
        in_english("Off topic"),
        in_english(
            "It does not answer the question it stands under. Please say how it bears on the question, or write "
            "it under the question that it does answer."
        ),
        in_english("Keep to the question."),
    ),
    Shipped(
        in_english("Duplicate"),
        in_english(
            "It says the same as a text that is here already. You can comment on that one and vote for it; or "
            "write what is new in yours as a text of its own."
        ),
        in_english("Build on what others have written."),
        "reject",
    ),
    Shipped(
        in_english("Names or identifies an individual"),
        in_english(
            "It names somebody, or says enough for others to know who is meant. Please describe what happened "
            "without saying who it was."
        ),
        in_english("Write about the work, not about single people."),
    ),
    Shipped(
        in_english("Identifies a patient"),
        in_english(
            "A patient or service user could be recognised in it. Please take out dates, places, rare conditions "
            "and anything else that could lead to them. You may be bound to tell your employer if confidential "
            "details were shared."
        ),
        in_english("Never write anything from which a patient could be recognised."),
    ),
    Shipped(
        in_english("Personal attack"),
        in_english(
            "It attacks a person or a group instead of what they say or do. Disagreement is welcome: please say "
            "what is wrong and why."
        ),
        in_english("Be firm on the matter and fair to the person."),
    ),
    Shipped(
        in_english("Discrimination"),
        in_english("It demeans people for who they are. Such texts are not published here."),
        in_english("Nobody is demeaned here for who they are."),
        "reject",
    ),
    Shipped(
        in_english("Advertising"),
        in_english(
            "It promotes a product, a service or an event. You can describe what you have learned from using one, "
            "if you say what connects you with it."
        ),
        in_english("Do not advertise; say what interests you have."),
        "reject",
    ),
    Shipped(
        in_english("Confidential or legal risk"),
        in_english(
            "It contains something that may be confidential, or that could be unlawful to publish. Please take "
            "that part out; the note says which part is meant."
        ),
        in_english("Do not publish what is confidential or may harm somebody’s rights."),
        note_needed=True,
    ),
    Shipped(
        in_english("Whistleblowing"),
        in_english(
            "It reports wrongdoing or danger. It is important that this reaches people who can act on it, and "
            "this forum is not that place: nobody here can investigate or protect you. Please use your employer’s "
            "procedure for speaking up, or in the NHS the Freedom to Speak Up Guardian; Protect gives free and "
            "confidential advice on 020 3117 2520."
        ),
        in_english("Report wrongdoing and danger where somebody can act on it."),
        "reject",
    ),
    Shipped(
        in_english("Cannot be understood"),
        in_english(
            "We could not make out what is meant. Please write it again in a few plain sentences, and spell out "
            "abbreviations."
        ),
        in_english("Write so that people of other professions can follow."),
    ),
    Shipped(
        in_english("Spam"),
        in_english("It looks as if it was sent by a machine, or many times over."),
        in_english("No spam."),
        "reject",
    ),
    Shipped(
        in_english("Other"),
        in_english("The note says what stands in the way."),
        in_english("The house rules as a whole."),
        note_needed=True,
    ),
)
