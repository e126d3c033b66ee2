"""Crowd: a forum for crowdsourced policy. `create_app` is the only place where its parts are wired."""

from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from crowd import chores, config, db, exposure, kept, logs, metrics, pages, problems, web
from crowd.accounts import views as account_pages
from crowd.analysis import views as analysis_pages
from crowd.answering import views as answer_pages
from crowd.appeals import views as appeal_pages
from crowd.care import views as care_pages
from crowd.coding import views as coding_pages
from crowd.consultations import views as consultation_pages
from crowd.evidence import views as evidence_pages
from crowd.experts import by_link as expert_link_pages
from crowd.experts import views as expert_pages
from crowd.exports import views as export_pages
from crowd.figures import views as figure_pages
from crowd.findings import views as finding_pages
from crowd.founding import views as founding_pages
from crowd.holding import views as holding_pages
from crowd.hosting import views as hosting_pages
from crowd.imports import views as import_pages
from crowd.keeping import timer
from crowd.languages import views as language_pages
from crowd.mending import views as mending_pages
from crowd.moderation import views as moderation_pages
from crowd.notices import views as notice_pages
from crowd.publishing import views as publishing_pages
from crowd.reports import views as report_pages
from crowd.sanctions import views as sanction_pages
from crowd.search import views as search_pages
from crowd.switching import views as switching_pages
from crowd.themes import views as theme_pages
from crowd.threads import facilitators as facilitating_pages
from crowd.threads import news as news_pages
from crowd.threads import views as thread_pages
from crowd.threads import writing as writing_pages
from crowd.uploads import FormRequest
from crowd.wording import views as wording_pages

PAGES = (
    consultation_pages,
    thread_pages,
    writing_pages,
    facilitating_pages,
    news_pages,
    account_pages,
    moderation_pages,
    care_pages,
    mending_pages,
    finding_pages,
    evidence_pages,
    hosting_pages,
    import_pages,
    founding_pages,
    wording_pages,
    holding_pages,
    expert_pages,
    expert_link_pages,
    notice_pages,
    search_pages,
    theme_pages,
    analysis_pages,
    coding_pages,
    export_pages,
    answer_pages,
    figure_pages,
    publishing_pages,
    report_pages,
    appeal_pages,
    sanction_pages,
    switching_pages,
    language_pages,
)
chores.chore(timer.back_up_when_due)
AREAS = dict.fromkeys(module.bp for module in PAGES)  # modules of one area share its blueprint


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
    for blueprint in AREAS:
        app.register_blueprint(blueprint)
    logs.init_logs(app)
    return app
