"""A scratch instance: filled, served, and with people who are signed in."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from bench import fill
from bench.load import Browser
from bench.serving import Served
from crowd import cli, create_app
from crowd.db import db, sqlite_module
from crowd.models import Version, VoteEvent
from crowd.states import Phase, State
from crowd.web import COOKIE


class Instance:
    """One instance in a folder of its own. `discussion` is in the members' phase, `opened` in the open one."""

    discussion: fill.Filled
    opened: fill.Filled

    def __init__(self, folder: Path, size: fill.Size, copy_of: "Instance | None" = None) -> None:
        folder.mkdir()
        self.folder = folder
        if copy_of:
            shutil.copy(copy_of.folder / "config.toml", folder)
            self._copy(copy_of.folder / "crowd.db")
        self.app = create_app(folder)
        if copy_of:
            self.discussion, self.opened = copy_of.discussion, copy_of.opened
            return
        with self.app.app_context():
            cli.prepare()
            fill.site(size)
            self.discussion = fill.consultation("discussion", Phase.MEMBERS, size)
            self.opened = fill.consultation("opened", Phase.OPEN, size)
            fill.settle()

    def _copy(self, file: Path) -> None:
        connection = sqlite_module().connect(file)
        connection.execute("VACUUM INTO ?", (str(self.folder / "crowd.db"),))
        connection.close()

    def start(self, server: str = "granian") -> Served:
        """Serve it; `served` is the newest server."""
        self.served = Served("crowd", self.folder, server)
        return self.served

    @contextmanager
    def database(self) -> Iterator[None]:
        with self.app.app_context():
            yield
            db.session.remove()

    def signed_in(self, people: list[int]) -> list[Browser]:
        with self.database():
            secrets = fill.sign_in(people)
        return [Browser(self.served.port, **{COOKIE: secret}) for secret in secrets]

    def waiting(self, number: int) -> list[int]:
        """The oldest versions in the queue, after filling it up to this number."""
        with self.database():
            found = list(db.session.scalars(select(Version.id).where(Version.state == State.HELD)))
            if len(found) < number:
                fill.more_waiting("discussion", number - len(found))
            order = select(Version.id).where(Version.state == State.HELD).order_by(Version.first_at, Version.id)
            return list(db.session.scalars(order.limit(number)))

    def votes(self) -> int:
        with self.database():
            return len(db.session.scalars(select(VoteEvent.id)).all())

    def held(self) -> int:
        with self.database():
            return len(db.session.scalars(select(Version.id).where(Version.state == State.HELD)).all())
