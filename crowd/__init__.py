"""Crowd: a forum for crowdsourced policy. `create_app` is the only place where its parts are wired."""

from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import Migrate

from crowd import config, db, kept, pages, problems, web
from crowd.accounts.views import bp as accounts
from crowd.consultations.views import bp as consultations
from crowd.findings.views import bp as findings
from crowd.hosting.views import bp as hosting
from crowd.moderation.views import bp as moderation
from crowd.threads import writing
from crowd.threads.views import bp as threads

AREAS = (consultations, threads, accounts, moderation, findings, hosting)


def create_app(instance: Path | None = None, **settings: Any) -> Flask:
    """The application for one instance. Raises config.BadSetting; creates no tables (`cli` and migrations do)."""
    found: dict[str, Any] = config.load(instance, settings)
    app = Flask("crowd", root_path=str(config.ROOT))
    app.config |= {name.upper(): value for name, value in found.items()}
    app.config |= {
        "SECRET_KEY": found["secret_key"],
        "SESSION_COOKIE_NAME": "crowd",
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": str(found["base_url"]).startswith("https:"),
        "WTF_CSRF_TIME_LIMIT": None,
        "MAX_CONTENT_LENGTH": 1_000_000,
        "MAX_FORM_MEMORY_SIZE": 1_000_000,
    }
    app.config["BASE_URL"] = str(found["base_url"]).rstrip("/") or config.address(found["host"], found["port"])
    db.open_database(app, str(found["database_url"]), found["instance"])
    Migrate(app, db.db, directory=str(config.ROOT / "crowd" / "migrations"))
    web.init_web(app)
    with app.app_context():
        kept.init_kept(app, db.db.engine)
    pages.init_pages(app)
    problems.init_problems(app)
    for blueprint in AREAS:
        app.register_blueprint(blueprint)
    return app
