"""The twelve reasons that come with Crowd (M12); a host changes them on the page of reasons."""

from typing import NamedTuple


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
        "Off topic",
        "It does not answer the question it stands under. Please say how it bears on the question, or write "
        "it under the question that it does answer.",
        "Keep to the question.",
    ),
    Shipped(
        "Duplicate",
        "It says the same as a text that is here already. You can comment on that one and vote for it; or "
        "write what is new in yours as a text of its own.",
        "Build on what others have written.",
        "reject",
    ),
    Shipped(
        "Names or identifies an individual",
        "It names somebody, or says enough for others to know who is meant. Please describe what happened "
        "without saying who it was.",
        "Write about the work, not about single people.",
    ),
    Shipped(
        "Identifies a patient",
        "A patient or service user could be recognised in it. Please take out dates, places, rare conditions "
        "and anything else that could lead to them. You may be bound to tell your employer if confidential "
        "details were shared.",
        "Never write anything from which a patient could be recognised.",
    ),
    Shipped(
        "Personal attack",
        "It attacks a person or a group instead of what they say or do. Disagreement is welcome: please say "
        "what is wrong and why.",
        "Be firm on the matter and fair to the person.",
    ),
    Shipped(
        "Discrimination",
        "It demeans people for who they are. Such texts are not published here.",
        "Nobody is demeaned here for who they are.",
        "reject",
    ),
    Shipped(
        "Advertising",
        "It promotes a product, a service or an event. You can describe what you have learned from using one, "
        "if you say what connects you with it.",
        "Do not advertise; say what interests you have.",
        "reject",
    ),
    Shipped(
        "Confidential or legal risk",
        "It contains something that may be confidential, or that could be unlawful to publish. Please take "
        "that part out; the note says which part is meant.",
        "Do not publish what is confidential or may harm somebody’s rights.",
        note_needed=True,
    ),
    Shipped(
        "Whistleblowing",
        "It reports wrongdoing or danger. It is important that this reaches people who can act on it, and "
        "this forum is not that place: nobody here can investigate or protect you. Please use your employer’s "
        "procedure for speaking up, or in the NHS the Freedom to Speak Up Guardian; Protect gives free and "
        "confidential advice on 020 3117 2520.",
        "Report wrongdoing and danger where somebody can act on it.",
        "reject",
    ),
    Shipped(
        "Cannot be understood",
        "We could not make out what is meant. Please write it again in a few plain sentences, and spell out "
        "abbreviations.",
        "Write so that people of other professions can follow.",
    ),
    Shipped(
        "Spam",
        "It looks as if it was sent by a machine, or many times over.",
        "No spam.",
        "reject",
    ),
    Shipped(
        "Other",
        "The note says what stands in the way.",
        "The house rules as a whole.",
        note_needed=True,
    ),
)
