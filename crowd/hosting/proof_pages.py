"""Pages of what proves membership beside the register: what its numbers look like, and which addresses are enough."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from crowd.accounts import domains, numbers
from crowd.accounts.numbers import BadPattern, Format
from crowd.db import transaction
from crowd.hosting import deeds, queries
from crowd.hosting.blueprint import bp
from crowd.hosting.forms import AddressesForm, NumbersForm, field_of, numbers_form
from crowd.i18n import _
from crowd.web import person, require


@bp.route("/host/register/numbers", methods=["GET", "POST"])
def number_formats() -> Any:
    """What the numbers of each profession look like; a number can be tried on what is typed before it is kept."""
    require("host")
    there = _formats()
    if request.form.get("do") == "hcpc":
        return _numbers_page(numbers_form(_with_hcpc(there), formdata=None), there)
    form = numbers_form(there)
    if form.validate_on_submit():
        wanted, well = _typed(form, there)
        if request.form.get("do") == "try":
            return _numbers_page(form, there, _verdict(form, wanted))
        if well:
            with transaction():
                deeds.change_formats(wanted, by=person())
            flash(_("Saved. It holds for the next list and for whoever joins from now on."), "ok")
            return redirect(url_for(".number_formats"))
    return _numbers_page(form, there)


def _formats() -> dict[str, tuple[str, bool]]:
    """Every profession that a consultation knows or that has a format."""
    there = {one.profession: (one.pattern, one.fewer) for one in numbers.formats().values()}
    known = queries.professions() or list(numbers.HCPC)
    return {name: there.get(name, ("", False)) for name in sorted({*known, *there})}


def _with_hcpc(there: dict[str, tuple[str, bool]]) -> dict[str, tuple[str, bool]]:
    """The same with the formats of the HCPC where there is none."""
    return {
        name: (f"{letters}######", True) if not pattern and (letters := numbers.prefix(name)) else (pattern, fewer)
        for name, (pattern, fewer) in there.items()
    }


def _typed(form: NumbersForm, there: dict[str, tuple[str, bool]]) -> tuple[dict[str, tuple[str, bool]], bool]:
    """What was typed, and whether all of it can be kept; what cannot has its sentence beside it."""
    wanted, well = {}, True
    for name in there:
        field, fewer = form[f"p{field_of(name)}"], bool(form[f"f{field_of(name)}"].data)
        pattern = numbers.tidied(field.data or "")
        try:
            if pattern:
                numbers.check(pattern, fewer)
        except BadPattern as wrong:
            field.errors, well = [f"{name}: {wrong}"], False
            continue
        wanted[name] = (pattern, fewer)
    return wanted, well


def _verdict(form: NumbersForm, wanted: dict[str, tuple[str, bool]]) -> str:
    """Whether the number that is tried fits, in a sentence."""
    name, typed = str(form.profession.data or ""), form.number.data or ""
    pattern, fewer = wanted.get(name, ("", False))
    if not typed:
        return _("Type a number to try.")
    if name not in wanted:
        return _("The pattern of %(name)s has to be mended first.", name=name)
    if not pattern:
        return _("%(name)s has no pattern, so every number is right.", name=name)
    told = {"number": typed, "name": name, "pattern": Format(name, pattern, fewer).in_words()}
    if Format(name, pattern, fewer).fits(typed):
        return _("Right: %(number)s fits %(pattern)s (%(name)s).", **told)
    return _("Wrong: %(number)s does not fit %(pattern)s (%(name)s).", **told)


def _numbers_page(form: NumbersForm, there: dict[str, tuple[str, bool]], verdict: str = "") -> Any:
    rows = [(name, form[f"p{field_of(name)}"], form[f"f{field_of(name)}"]) for name in there]
    return render_template("hosting/numbers.html", form=form, rows=rows, verdict=verdict)


@bp.route("/host/register/numbers/try", methods=["POST"])
def try_number() -> Any:
    """The same verdict alone, while somebody types."""
    require("host")
    there = _formats()
    form = numbers_form(there)
    form.validate_on_submit()
    return render_template("hosting/verdict.html", verdict=_verdict(form, _typed(form, there)[0]))


@bp.route("/host/register/addresses", methods=["GET", "POST"])
def addresses() -> Any:
    """Which ends of e-mail addresses let somebody join, or ask."""
    require("host")
    kept, what = domains.kept()
    form = AddressesForm(domains="\n".join(kept), what=what)
    form.what.choices = [
        ("join", _("Whoever confirms such an address joins as a member at once")),
        ("ask", _("Whoever is not on the register can ask to join only with such an address")),
    ]
    if form.validate_on_submit():
        wanted = "\n".join(domains.parsed(form.domains.data or ""))
        with transaction():
            deeds.change_site(by=person(), mail_domains=wanted, mail_domains_do=str(form.what.data))
        flash(_("Saved."), "ok")
        return redirect(url_for(".addresses"))
    means = [(one, domains.meaning(one)) for one in kept]
    return render_template("hosting/addresses.html", form=form, means=means)
