"""From contributions to findings: analyses, coding, findings as one document, answers, exports and imports. A step for
each, because they are too much for one file; they have never stood alone."""

from crowd.migrations.to_0011 import analysis, answering, coding, exports, figures, findings, imports

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    for part in (analysis, findings, imports, coding, exports, figures, answering):
        part.upgrade()
