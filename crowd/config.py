"""Every setting, in one list. A bad value stops the start with a sentence; nothing is guessed."""

import os
import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


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
    Setting("sender", "CROWD_SENDER", str, "Crowd <crowd@localhost>", "From whom mails come."),
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


def _read(setting: Setting, written: dict[str, object], file: Path) -> object:
    """The environment first, then the file, then the default. Raises BadSetting."""
    raw = os.environ.get(setting.environment)
    where = setting.environment if raw is not None else str(file)
    value: object = raw if raw is not None else written.get(setting.name, setting.default)
    try:
        return setting.kind(value)
    except (TypeError, ValueError):
        raise BadSetting(f"{setting.name} is {value!r} in {where}, but has to be a whole number.") from None


def load(folder: Path | None = None) -> dict[str, object]:
    """The settings of an instance by name, with `instance` its folder. Makes the folder and its secret once.

    Raises BadSetting for a wrong or unknown setting and for a folder that cannot be written."""
    folder = folder or instance_folder()
    file = folder / "config.toml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not file.exists() and not os.environ.get("CROWD_SECRET_KEY"):
            _found(file)
        written = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
    except tomllib.TOMLDecodeError as error:
        raise BadSetting(f"{file} cannot be read: {error}. Mend that line and start again.") from None
    except OSError as error:
        raise BadSetting(
            f"The instance folder {folder} cannot be written ({error.strerror}). "
            "Name another one with CROWD_INSTANCE, or give this user the right to write there."
        ) from None
    if unknown := set(written) - {s.name for s in SETTINGS}:
        raise BadSetting(f"{file} has settings that Crowd does not know: {', '.join(sorted(unknown))}.")
    settings = {s.name: _read(s, written, file) for s in SETTINGS}
    _check(settings, file)
    return settings | {"instance": folder}


def _found(file: Path) -> None:
    """Write the first config.toml, readable by its owner alone. Two starts at once keep the first one's."""
    try:
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(
            "# Settings of this instance; docs/host.md lists them all. Keep this file with your backups, and to yourself.\n"
            f'secret_key = "{secrets.token_urlsafe(48)}"\n'
        )


def _check(settings: dict[str, object], file: Path) -> None:
    if len(str(settings["secret_key"])) < 32:
        raise BadSetting(
            f"secret_key in {file} is missing or shorter than 32 characters. Put the old one back: "
            "without it nobody on the register can be recognised."
        )
    if settings["smtp_tls"] not in ("starttls", "tls", "none"):
        raise BadSetting(f"smtp_tls is {settings['smtp_tls']!r}; it has to be starttls, tls or none.")
    url = str(settings["database_url"])
    if url and not url.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
        raise BadSetting("DATABASE_URL has to begin with postgresql://; leave it empty for SQLite.")
