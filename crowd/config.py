"""Every setting, in one list. A bad value stops the start with a sentence; nothing is guessed."""

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
VERSION = "0.1"  # as the first heading of CHANGELOG.md says
RESTORING = "restoring"  # the folder in an instance where a restore makes all ready before it moves anything

SENDER = "Crowd <crowd@localhost>"  # good for mails that are kept as files; a mail server mostly refuses it
SHORTEST_KEY = 16


class BadSetting(ValueError):
    """A setting that cannot be used; the message says which, why, and where it was read."""


@dataclass(frozen=True)
class Setting:
    name: str
    environment: str
    kind: type
    default: object
    meaning: str


SETTINGS = (
    Setting("host", "CROWD_HOST", str, "127.0.0.1", "Address to listen on."),
    Setting("port", "CROWD_PORT", int, 5000, "Port to listen on; the next free one is taken if it is in use."),
    Setting("workers", "CROWD_WORKERS", int, 2, "Processes that answer requests."),
    Setting("database_url", "DATABASE_URL", str, "", "PostgreSQL's address; empty means crowd.db in the instance."),
    Setting(
        "base_url",
        "CROWD_BASE_URL",
        str,
        "",
        "The address people use, such as https://crowd.example.org; links in mails start with it.",
    ),
    Setting(
        "secret_key",
        "CROWD_SECRET_KEY",
        str,
        "",
        "Signs cookies and keys the register's hashes. Made by the first start; never change it.",
    ),
    Setting(
        "proxy_hops",
        "CROWD_PROXY_HOPS",
        int,
        0,
        "How many proxies of yours stand before Crowd and set X-Forwarded-For.",
    ),
    Setting(
        "smtp_host",
        "CROWD_SMTP_HOST",
        str,
        "",
        "Mail server; empty means that mails are kept as files in the instance.",
    ),
    Setting("smtp_port", "CROWD_SMTP_PORT", int, 587, "Its port."),
    Setting("smtp_user", "CROWD_SMTP_USER", str, "", "User at the mail server, if it wants one."),
    Setting("smtp_password", "CROWD_SMTP_PASSWORD", str, "", "Password at the mail server."),
    Setting("smtp_tls", "CROWD_SMTP_TLS", str, "starttls", "starttls, tls or none."),
    Setting(
        "mails_per_minute",
        "CROWD_MAILS_PER_MINUTE",
        int,
        60,
        "Mails a minute that the mail server takes from you; 0 is no limit.",
    ),
    Setting("sender", "CROWD_SENDER", str, SENDER, "From whom mails come."),
    Setting("texts_limit", "CROWD_TEXTS_LIMIT", int, 20, "Texts one person can send in ten minutes; 0 is no limit."),
    Setting("log", "CROWD_LOG", str, "plain", "plain: faults alone, in words; json: each request and fault as a line."),
    Setting(
        "metrics_key",
        "CROWD_METRICS_KEY",
        str,
        "",
        "Key that opens /metrics to your monitoring; empty is no such page.",
    ),
    Setting("backup_hours", "CROWD_BACKUP_HOURS", int, 0, "Hours from one backup to the next; 0 is none by itself."),
    Setting("backups_kept", "CROWD_BACKUPS_KEPT", int, 14, "How many of those backups are kept."),
    Setting(
        "pseudo_language",
        "CROWD_PSEUDO_LANGUAGE",
        int,
        0,
        "1 offers a made-up language from right to left, for trying how pages stand; never for readers.",
    ),
    Setting(
        "demonstration",
        "CROWD_DEMONSTRATION",
        str,
        "",
        "'serve anyway' lets demonstration data be served on an address others can reach.",
    ),
)


def instance_folder() -> Path:
    return Path(os.environ.get("CROWD_INSTANCE") or ROOT / "instance").resolve()


def is_there() -> bool:
    """Whether an instance has been made here, or a database is named: looking makes none."""
    folder = instance_folder()
    return bool(os.environ.get("DATABASE_URL")) or any((folder / name).exists() for name in ("config.toml", "crowd.db"))


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens there."""
    digits = host.replace(".", "").isdigit()  # 127.example.org is a name like any other
    return (host.startswith("127.") and digits) or host in ("localhost", "::1")


def address(host: str, port: int) -> str:
    """Under which address this machine finds what listens on host and port."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # told apart here, not bound
    return f"http://[{here}]:{port}" if ":" in here else f"http://{here}:{port}"


def _read(setting: Setting, written: Mapping[str, object], file: Path) -> object:
    """The environment first, then the file, then the default; an empty variable counts as unset. Raises BadSetting."""
    raw = os.environ.get(setting.environment)
    if not raw:
        value = written.get(setting.name, setting.default)
        if type(value) is setting.kind:
            return value
        what = "text in quotes" if setting.kind is str else "a whole number without quotes"
        raise BadSetting(f"{setting.name} is {value!r} in {file}, but has to be {what}.")
    try:
        return setting.kind(raw)
    except ValueError:
        raise BadSetting(f"{setting.environment} is {raw!r}, but has to be a whole number.") from None


def load(folder: Path | None = None, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The settings of an instance by name, with `instance` its folder. Makes the folder and its secret once.

    What is `given` counts before environment and file. Raises BadSetting for a wrong or unknown setting and for a
    folder that cannot be written."""
    folder, given = folder or instance_folder(), given or {}
    if (folder / RESTORING / "ready").exists():
        raise BadSetting(
            f"A restore of {folder} was broken off. Any command, such as “python3 app.py doctor”, ends it."
        )
    file = folder / "config.toml"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # one that exists keeps its rights
        (folder / "start.lock").open("a").close()  # can it be written? Asked here, to be told in a sentence
        if not file.exists() and not (os.environ.get("CROWD_SECRET_KEY") or given.get("secret_key")):
            _found(file)
        written = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting(
            f"{file} cannot be read: {error}. Each setting stands there once, in a line of its own, with text in "
            "quotes. Mend it and start again."
        ) from None
    except OSError as error:
        raise BadSetting(
            f"The instance folder {folder} cannot be written ({error.strerror}: {error.filename}). "
            "Name another one with CROWD_INSTANCE, or give this user the right to write there."
        ) from None
    _refuse_unknown(written, file)
    settings = {s.name: _read(s, written, file) for s in SETTINGS} | dict(given)
    _check(settings, file)
    return {**settings, "instance": folder}


def _refuse_unknown(written: Mapping[str, object], file: Path) -> None:
    known = [s.name for s in SETTINGS]
    for name in sorted(set(written) - set(known)):
        near = get_close_matches(name, known, n=1)
        meant = f" Did you mean {near[0]}?" if near else ""
        raise BadSetting(f"{file} has a setting that Crowd does not know: {name}.{meant}")


def _found(file: Path) -> None:
    """Write the first config.toml, readable by its owner alone. Of two starts at once the first one's stays."""
    if (file.parent / "crowd.db").exists():
        raise BadSetting(
            f"{file} is missing, though there is a database beside it. Put it back from your backup: "
            "with a new secret_key nobody on the register could be recognised."
        )
    draft = file.with_name(f"config.{secrets.token_hex(4)}.part")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as out:
        out.write(
            "# Settings of this instance; docs/host.md lists them all.\n"
            "# Keep this file with your backups, and to yourself.\n"
            f'secret_key = "{secrets.token_urlsafe(48)}"\n'
        )
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(draft, file)  # never half there, and never over another one's
    except FileExistsError:
        return
    finally:
        draft.unlink()


def _check(settings: Mapping[str, Any], file: Path) -> None:
    """Refuse what cannot work before anything is started with it."""
    if len(settings["secret_key"]) < 32:
        raise BadSetting(
            f"secret_key in {file} is missing or shorter than 32 characters. Put the old one back: "
            "without it nobody on the register can be recognised. Is the instance new, move the file away and start "
            "Crowd: it makes another one with a key, to which you add your settings."
        )
    ranges = {
        "port": (1, 65535),
        "smtp_port": (1, 65535),
        "workers": (1, 64),
        "pseudo_language": (0, 1),
        "proxy_hops": (0, 9),
    }
    ranges |= {
        "texts_limit": (0, 20),
        "backup_hours": (0, 720),
        "backups_kept": (1, 1000),
        "mails_per_minute": (0, 60_000),
    }
    for name, (least, most) in ranges.items():
        if not least <= settings[name] <= most:
            raise BadSetting(f"{name} is {settings[name]}; it has to be from {least} to {most}.")
    if settings["log"] not in ("plain", "json"):
        raise BadSetting(f"log is {settings['log']!r}; it has to be plain or json.")
    if 0 < len(settings["metrics_key"]) < SHORTEST_KEY:
        raise BadSetting(
            f"metrics_key is shorter than {SHORTEST_KEY} characters, so it can be guessed: make it longer."
        )
    if settings["smtp_tls"] not in ("starttls", "tls", "none"):
        raise BadSetting(f"smtp_tls is {settings['smtp_tls']!r}; it has to be starttls, tls or none.")
    if "@" not in parseaddr(settings["sender"])[1] or len(settings["sender"].splitlines()) != 1:
        raise BadSetting(
            f"sender is {settings['sender']!r}; it has to be an address, such as Crowd <crowd@example.org>."
        )
    _check_addresses(settings["base_url"], settings["database_url"])


def _check_addresses(base: str, database: str) -> None:
    """The database's address holds a password, so no sentence repeats it."""
    try:
        parts = urlsplit(base)
        fine = not base or (parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0)
    except ValueError:
        fine = False
    if not fine:
        raise BadSetting(f"base_url is {base!r}; it has to be an address such as https://crowd.example.org.")
    if database:
        refuse_database(database)


def refuse_database(database: str) -> None:
    """Raises BadSetting for what is no address of a PostgreSQL database."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    if not database.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
        raise BadSetting("DATABASE_URL has to begin with postgresql://; leave it empty for SQLite.")
    try:
        make_url(database)
    except (ArgumentError, ValueError):
        raise BadSetting(
            "DATABASE_URL cannot be read; it has to look like postgresql://user:password@host:5432/name, "
            "with signs such as @ and / in the password written as %40 and %2F."
        ) from None
