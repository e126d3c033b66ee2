"""An instance with something in it that must not be lost, and its folder."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from crowd.db import db, transaction
from crowd.models import Contribution
from tests import make
from tests.conftest import SECRET


@pytest.fixture
def instance(app: Flask) -> Path:
    """Its folder, with a config.toml that names its database."""
    folder = Path(app.config["INSTANCE"])
    url = app.config["DATABASE_URL"]
    (folder / "config.toml").write_text(f'secret_key = "{SECRET}"\n' + (f'database_url = "{url}"\n' if url else ""))
    return folder


@pytest.fixture
def filled(instance: Path) -> Path:
    """The same with people, texts, a merged thread whose parent is younger than its child, and a file."""
    consultation = make.consultation()
    (question, *_more) = consultation.questions
    author = make.member(consultation, "ann@example.org")
    child, *_others = [make.contribution(question, by=author, text=f"Idea {n}, “naïve” 🌱") for n in range(3)]
    parent = make.contribution(question, by=author, text="An idea with a file")
    make.file(parent, by=author.id)
    with transaction():
        db.session.execute(update(Contribution).where(Contribution.id == child.id).values(parent_id=parent.id))
    db.session.remove()
    return instance
