"""Contributions on behalf of a meeting or group: which, how many were present, and how it was agreed. They stand on the
contribution's card; votes stay personal."""

import re
from collections.abc import Mapping
from typing import Any

from wtforms import StringField, ValidationError
from wtforms.validators import Length

from crowd.i18n import _, lazy, ngettext, number

KEYS = ("branch", "present", "agreed")
MOST_PRESENT = 100_000


def counted(typed: str) -> int:
    """How many were present; 0 for what is no such number. "1,200" is one."""
    if not re.fullmatch(r"[0-9]{1,9}|[0-9]{1,3}([, ][0-9]{3})+", typed):
        return 0
    found = int(typed.replace(",", "").replace(" ", ""))
    return found if found <= MOST_PRESENT else 0


class BranchFields:
    """Three fields beside a text: all of them, or none."""

    branch = StringField(
        lazy("Name of the branch or group"),
        [Length(max=200, message=lazy("Use at most 200 characters for the name."))],
    )
    present = StringField(
        lazy("How many people were present?"), render_kw={"class": "w-5", "inputmode": "numeric", "maxlength": "12"}
    )
    agreed = StringField(
        lazy("How did you agree?"),
        [Length(max=300, message=lazy("Use at most 300 characters to say how you agreed."))],
    )

    @property
    def on_behalf(self) -> bool:
        """Whether anything of it was filled in."""
        return any(getattr(self, key).data for key in KEYS)

    def validate_branch(self, field: Any) -> None:
        if self.on_behalf and not field.data:
            raise ValidationError(_("Enter the name of the branch or group, or leave all three fields empty."))

    def validate_present(self, field: Any) -> None:
        if self.on_behalf and not counted(field.data or ""):
            raise ValidationError(_("Enter how many people were present, as a number from 1 to 100,000."))

    def validate_agreed(self, field: Any) -> None:
        if self.on_behalf and not field.data:
            raise ValidationError(_("Say how you agreed, such as: by show of hands."))

    def branch_card(self) -> dict[str, str]:
        """The part of the card that these fields are."""
        if not self.on_behalf:
            return {}
        return {
            "branch": str(self.branch.data),
            "present": str(counted(self.present.data or "")),
            "agreed": str(self.agreed.data),
        }


def rest_of(card: Mapping[str, str]) -> dict[str, str]:
    """The card without what stands here."""
    return {key: value for key, value in card.items() if key not in KEYS}


def words(card: Mapping[str, str] | None) -> str:
    """For whom a contribution speaks, in a line; nothing if for its author alone."""
    if not card or not card.get("branch"):
        return ""
    present = counted(card.get("present", ""))
    return ngettext(
        "On behalf of %(branch)s: %(count)s person present. How it was agreed: %(agreed)s",
        "On behalf of %(branch)s: %(count)s people present. How it was agreed: %(agreed)s",
        present,
        branch=card["branch"],
        count=number(present),
        agreed=card.get("agreed", ""),
    )
