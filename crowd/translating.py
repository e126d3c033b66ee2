"""What a host may write in each language that the site offers: beside a field the same one for every other language."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from wtforms.validators import DataRequired, InputRequired, Optional

from crowd import i18n, readers

Safe = Callable[[str], tuple[str, str]]


def form_of(kind: Any, *names: str) -> Any:
    """The form with these fields in every other language too, none of which has to be filled in."""
    return _made(kind, tuple(readers.offered()[1:]), names)


@cache
def _made(kind: Any, others: tuple[str, ...], names: tuple[str, ...]) -> Any:
    fields = {f"{name}_{code}": _in(code, getattr(kind, name)) for name in names for code in others}
    return type(kind.__name__, (kind,), {**fields, "others": others})


def _in(code: str, field: Any) -> Any:
    """A field like this one for another language."""
    label, given = field.args[0], dict(field.kwargs)
    asked = field.args[1] if len(field.args) > 1 else given.pop("validators", ())
    kept = [Optional(), *(check for check in asked if not isinstance(check, (DataRequired, InputRequired, Optional)))]
    named = i18n.later(lambda: f"{label} ({i18n.KNOWN[code]})")
    return field.field_class(named, kept, **given | {"render_kw": {**(given.get("render_kw") or {}), "lang": code}})


def shown(thing: Any) -> dict[str, str]:
    """What the fields of a form begin with."""
    return {f"{name}_{code}": text for code, words in (thing.words or {}).items() for name, text in words.items()}


def typed(form: Any, old: Mapping[str, Any] | None, **safe: Safe | None) -> dict[str, dict[str, str]]:
    """What was typed, by language; texts that are made safe with their HTML. What is no longer offered stays."""
    words = {code: dict(kept) for code, kept in (old or {}).items() if code not in form.others}
    for code in form.others:
        for name, made_safe in safe.items():
            if source := form[f"{name}_{code}"].data:
                words.setdefault(code, {})[name] = source
                if made_safe:
                    words[code][name], words[code][f"{name}_html"] = made_safe(source)
    return words
