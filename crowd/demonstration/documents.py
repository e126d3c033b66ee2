"""The documents of questions and the files of texts: in the content's folder, a .txt for the PDF made of it."""

import textwrap
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from flask import current_app

from crowd.demonstration.content import ROOT, Row
from crowd.demonstration.making import Part
from crowd.models import Attachment

LINES = 50  # of a page


def add(part: Part, question: Row) -> None:
    """Attach a question's documents."""
    number = part.questions[question["number"]]
    for row in question.get("document", ()):
        made = _attach(part, row, part.making.people["host"], part.calendar.created, question_id=number)
        part.line("document added", part.calendar.created, "host", question=number, attachment=made, name=row["name"])


def of_text(part: Part, row: Row, contribution: int, author: int, at: datetime) -> list[int]:
    """Attach a text's files, as its version names them."""
    return [_attach(part, file, author, at, contribution_id=contribution) for file in row.get("file", ())]


def _attach(part: Part, row: Row, by: int, at: datetime, **to: int) -> int:
    """The bytes go where uploads go, under their own hash."""
    data = _made(ROOT / part.content.part / "documents" / row["name"])
    name = sha256(data).hexdigest()
    _keep(Path(str(current_app.config["INSTANCE"])) / "uploads" / name[:2] / name, data)
    return part.making.bulk.add(
        Attachment,
        consultation_id=part.id,
        person_id=by,
        name=row["name"],
        media=row["media"],
        size=len(data),
        sha256=name,
        added_at=at,
        **to,
    )


def _keep(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


def _made(file: Path) -> bytes:
    return file.read_bytes() if file.exists() else pdf(file.with_suffix(".txt").read_text("utf-8"))


def pdf(text: str) -> bytes:
    """A plain PDF of these lines, the first one large: the same bytes each time. Latin letters only (PDF 1.4, 7.5)."""
    title, *lines = [part for line in text.splitlines() for part in textwrap.wrap(line, 88) or [""]]
    pages = [lines[n : n + LINES] for n in range(0, len(lines), LINES)] or [[]]
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R /Lang (en-GB) >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for n, page in enumerate(pages):
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> "
            f"/Contents {5 + 2 * n} 0 R >>"
        )
        drawn = _drawn(title if n == 0 else "", page)
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
    return _joined(objects)


def _drawn(title: str, lines: list[str]) -> str:
    head = f"/F 16 Tf 56 780 Td ({_escaped(title)}) Tj 0 -30 Td /F 11 Tf 14 TL"
    return " ".join(["BT", head, *(f"({_escaped(line)}) Tj T*" for line in lines), "ET"])


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _joined(objects: list[str]) -> bytes:
    """The objects with the table that says at which byte each begins."""
    made, starts = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        starts.append(len(made))
        made += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{start:010} 00000 n \n" for start in starts)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return made + f"{end}startxref\n{len(made)}\n%%EOF\n".encode("latin-1")
