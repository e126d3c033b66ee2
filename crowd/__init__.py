"""Crowd: a forum for crowdsourced policy. `create_app` is the only place where its parts are wired."""

from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from crowd import chores, config, db, exposure, kept, logs, metrics, pages, problems, web
from crowd.keeping import timer
from crowd.uploads import FormRequest

# What each area has that serves or works by itself: pages, chores, analyses, hooks. A file registers what it has when
# it is loaded, its pages on the blueprint of its area; what stands in no line here is not there (tests/test_chores.py).
AREAS = {
    "accounts": "views factor_pages joining mails mine passkey_pages provider_pages",
    "analysis": "views jobs opened_pages opinions",
    "answering": "views groups watching",
    "appeals": "views",
    "care": "views hours_pages reading_pages rota_pages unveiling_pages watching",
    "coding": "views bulk_pages pair_pages second_pages working",
    "consultations": "views steering",
    "evidence": "views deposit_pages documents",
    "experts": "views by_link",
    "exports": "views citing data jobs",
    "figures": "views baseline_pages opened_pages",
    "findings": "views document evidence quoting remarks versions worklist writing",
    "founding": "views",
    "holding": "views",
    "hosting": "views jobs joiners look_pages mail_pages people proof_pages register_pages sign_on_pages uploads",
    "imports": "views deeds jobs",
    "languages": "views",
    "mending": "merging redacting reminding",
    "moderation": "views aside_pages bulk_pages claim_pages decision_page log_pages reason_pages",
    "notices": "views digests feeds mail_pages",
    "publishing": "views printing",
    "reports": "views left_open openly",
    "sanctions": "views",
    "search": "views",
    "switching": "views beginning looking news news_pages readiness waiting",
    "themes": "views codebook_pages",
    "threads": "views facilitators news previewing sent taking_back versions writing",
    "wording": "views letter_pages",
}
BLUEPRINTS = [import_module(f"crowd.{area}.blueprint").bp for area in AREAS]
for _file in [f"crowd.{area}.{name}" for area, names in AREAS.items() for name in names.split()]:
    import_module(_file)
chores.chore(timer.back_up_when_due)


def create_app(instance: Path | None = None, **settings: Any) -> Flask:
    """The application for one instance. Raises config.BadSetting; creates no tables (`cli` and migrations do)."""
    found: dict[str, Any] = config.load(instance, settings)
    app = Flask("crowd", root_path=str(config.ROOT))
    app.request_class = FormRequest
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
    if hops := int(str(found["proxy_hops"])):
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]  # Flask's way
    exposure.init_exposure(app)
    web.init_web(app)
    with app.app_context():
        kept.init_kept(app, db.db.engine)
    pages.init_pages(app)
    metrics.init_metrics(app)
    problems.init_problems(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    logs.init_logs(app)
    return app
