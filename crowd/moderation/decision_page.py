"""The page of one decision: the text, what bears on it, and what can be done (M23)."""

from collections.abc import Callable
from typing import Any

from flask import render_template, request

from crowd import schedule, text
from crowd.evidence import files
from crowd.holding import reasons
from crowd.models import Contribution, Version
from crowd.moderation import asides, beside, claims, passages, queries, undoing, words
from crowd.moderation.addresses import page_of, there
from crowd.moderation.blueprint import bp
from crowd.moderation.forms import AskForm, DecisionForm, MoveForm, NoteForm
from crowd.moderation.overtaken import decision_word
from crowd.moderation.returning import why_not_return
from crowd.states import State
from crowd.threads.differences import differences, wording
from crowd.threads.fragments import tombstone
from crowd.web import person


@bp.app_context_processor
def _words() -> dict[str, Any]:
    return {
        "decision_word": decision_word,
        "page_of": page_of,
        "desk_words": words,
        "decision_on": lambda version: queries.last_decision(version.id),
        "undoable": lambda: undoing.undoable(person().id),
        "page_there": there,
    }


bp.add_app_template_filter(passages.quoted, "marked_in")


def desk(template: str, **more: Any) -> str:
    """A page of the desk, with what all of them show."""
    return render_template(template, keys=queries.keys_on(person().id), shortened=shortened, **more)


def shortened(html: str, most: int = 200) -> str:
    """The first words of a text that stands beside the one to decide on."""
    return text.opening(text.plain(html or ""), most)


def decision_form(version: Version) -> DecisionForm:
    return DecisionForm(queries.reasons(retired=False), returnable=not why_not_return(version.contribution))


def shown(version: Version, form: DecisionForm | None = None, happened: str = "", **forms: Any) -> str:
    """The newest wording, its difference to what was read or decided before, and the forms with whatever was chosen or
    typed in them."""
    form = form or decision_form(version)
    newest = queries.newest(version.contribution_id)
    earlier = version if happened and newest.id != version.id else queries.decided_before(newest)
    history = queries.history(version.contribution_id)
    waits, stale = newest.state == State.HELD, bool(happened) and request.method == "POST"
    form.phase.data = schedule.current(version.contribution.consultation)
    return desk(
        "moderation/decide.html",
        form=form,
        version=newest,
        c=newest.contribution,
        opened=version,
        happened=happened,
        chosen=form.decision.data if stale else "",
        chosen_reason=form.chosen,
        difference=differences(wording(earlier), wording(newest)) if earlier else [],
        history=history,
        returned_before=any(decision.decision == "return" for decision, _number in history),
        reasons=queries.reasons(retired=False),
        waits=waits,
        passages=passages.offered(newest.source) if waits else [],
        earlier=beside.earlier(newest),
        why_held=reasons.words(newest.held_for),
        since=words.ago(queries.waiting_since(newest) or newest.created_at) if waits else "",
        why_not_return=why_not_return(newest.contribution),
        **_answered(newest.contribution),
        **_files(newest, earlier),
        **_claimed(newest),
        **_beside(newest),
        **_forms(newest, forms),
        again=tuple(forms) if stale else (),
    )


def _answered(contribution: Contribution) -> dict[str, Any]:
    """The text that is answered, or what became of it."""
    parent = contribution.parent
    gone = tombstone(parent, contribution.consultation.timezone) if parent else ""
    return {"parent": None if gone else queries.public_version(parent), "parent_gone": gone}


def _files(newest: Version, earlier: Version | None) -> dict[str, Any]:
    listed = files.of_versions((v.id, v.files) for v in (newest, earlier) if v)
    now, before = listed.get(newest.id, []), listed.get(earlier.id, []) if earlier else []
    return {
        "files": now,
        "files_added": [file for file in now if file not in before],
        "files_removed": [file for file in before if file not in now],
    }


def _claimed(version: Version) -> dict[str, Any]:
    """The case, who else reads it, and whether it is one's own."""
    case = claims.case_of(version.contribution_id)
    return {
        "case": case,
        "reader": claims.reader(case, person().id),
        "mine": claims.holder(case) == person().id,
    }


def _beside(version: Version) -> dict[str, Any]:
    """What bears on a decision; who wrote it and the votes only where they were asked for (M23)."""
    of = version.contribution
    return {
        "similar": beside.similar_to(version, person()),
        "record": beside.record_of(of),
        "notes": beside.notes(of.id),
        "shown": asides.shown_to(version, person().id),
    }


def _forms(version: Version, forms: dict[str, Any]) -> dict[str, Any]:
    moved = asides.may_move(version.contribution)
    own: dict[str, Callable[[], Any]] = {
        "ask": AskForm,
        "note": NoteForm,
        "move": lambda: MoveForm(version.contribution) if moved else None,
    }
    made = {name: forms.get(name) or make() for name, make in own.items()}
    for name in ("ask", "move"):
        if made[name]:
            made[name].phase.data = schedule.current(version.contribution.consultation)
    return {f"{name}_form": form for name, form in made.items()}
