"""What a visitor may read, whoever asks: from this the tables for everybody are made (P12, P13)."""

from typing import Any

from sqlalchemy import ColumnElement, and_

from crowd.models import Consultation, Contribution, Finding
from crowd.rules import VISITOR, visible
from crowd.states import State


def readable(of: Consultation, kind: Any = Contribution) -> ColumnElement[bool]:
    """The contributions that a visitor may read now."""
    return and_(visible(VISITOR, "read", kind, of), kind.state == State.PUBLISHED, kind.public_since.is_not(None))


def concluded(of: Consultation) -> ColumnElement[bool]:
    """The findings that a visitor may read now."""
    return and_(visible(VISITOR, "read a finding", Finding, of), Finding.state == State.PUBLISHED)
