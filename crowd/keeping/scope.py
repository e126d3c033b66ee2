"""What of an instance goes with one consultation, table by table and fact by fact, and what stays behind and why."""

from typing import Any

ITS_TEXTS = "contribution_id IN (SELECT id FROM contributions WHERE consultation_id = {key})"
ITS_FINDINGS = "finding_id IN (SELECT id FROM findings WHERE consultation_id = {key})"
ITS_VERSIONS = "version_id IN (SELECT id FROM versions WHERE " + ITS_TEXTS + ")"  # noqa: S608  # of ours
ITS_DECISIONS = "decision_id IN (SELECT id FROM decisions WHERE " + ITS_VERSIONS + ")"  # noqa: S608  # of ours
ITS_OWN = "consultation_id = {key}"
ITS_DEPOSITS = "deposit_id IN (SELECT id FROM deposits WHERE consultation_id = {key})"

# Which rows go, as SQL. People are those whom the other rows name.
GOES: dict[str, str] = {
    "consultations": "id = {key}",
    "questions": ITS_OWN,
    "memberships": ITS_OWN,
    "contributions": ITS_OWN,
    "versions": ITS_TEXTS,
    "attachments": f"{ITS_OWN} AND place = ''",
    "mentions": ITS_OWN,
    **dict.fromkeys(("votes", "vote_events"), f"({ITS_TEXTS} OR {ITS_FINDINGS})"),
    **dict.fromkeys(("profession_votes", "imported"), ITS_TEXTS),
    "findings": ITS_OWN,
    "evidence": ITS_FINDINGS,
    "sections": ITS_OWN,
    "finding_versions": ITS_FINDINGS,
    "editions": ITS_FINDINGS,
    "edition_evidence": f"edition_id IN (SELECT id FROM editions WHERE {ITS_FINDINGS})",  # noqa: S608  # of ours
    "quotes": ITS_FINDINGS,
    "remarks": ITS_FINDINGS,
    "considered": ITS_TEXTS,
    "finding_runs": ITS_FINDINGS,
    **dict.fromkeys(("themes", "deposits"), ITS_OWN),
    **dict.fromkeys(("deposit_themes", "deposit_findings"), ITS_DEPOSITS),
    "themed": "theme_id IN (SELECT id FROM themes WHERE consultation_id = {key})",
    "codebooks": ITS_OWN,
    "codings": ITS_TEXTS,
    "draws": ITS_OWN,
    "drawn": ITS_TEXTS,
    "pairs": ITS_OWN,
    "reasons": f"id IN (SELECT reason_id FROM decisions WHERE {ITS_VERSIONS})"  # noqa: S608  # of ours
    f" OR id IN (SELECT reason_id FROM readings WHERE {ITS_DECISIONS})",
    "decisions": ITS_VERSIONS,
    "cases": ITS_OWN,
    "reports": ITS_TEXTS,
    "appeals": ITS_OWN,
    "readings": ITS_DECISIONS,
    "notes": ITS_TEXTS,
    "merges": ITS_TEXTS,
    "seals": ITS_VERSIONS,
    "sanctions": ITS_OWN,
    "unveilings": ITS_TEXTS,
    "expert_requests": f"{ITS_OWN} AND ended_at IS NOT NULL",
    "records": ITS_OWN,
    "phase_records": ITS_OWN,
    "runs": f"{ITS_OWN} AND ended_at IS NOT NULL",
    **dict.fromkeys(("duties", "moves", "supports"), ITS_OWN),
    "baselines": ITS_OWN,
    "published_figures": ITS_OWN,
}

# A consultation may not refer to any of these.
OF_HOST = ("claim_rules", "logos", "mail_wordings", "number_formats", "providers", "site", "site_pages")
STAYS: dict[str, str] = {
    **dict.fromkeys(OF_HOST, "the host's, not the consultation's"),
    "attempts": "limits of this instance, forgotten within the hour",
    "exports": "files that were made here, for a day; that they were made stands in the log",
    "drafts": "not sent yet: they are their writers' alone",
    "follows": "each person's own, like the mails about it",
    "identities": "whom this instance's provider of sign-ins knows",
    "invitations": "links that lead to this instance",
    "join_requests": "names and numbers that were needed for this instance's register",
    "mails": "they were sent from here, to addresses",
    **dict.fromkeys(("passkeys", "recovery_codes"), "keys to accounts of this instance"),
    **dict.fromkeys(("made_reports", "report_files"), "cited by the addresses that they have here; made anew there"),
    "register": "hashes that only this instance's secret key can read",
    "saved_views": "each analyst's own",
    "shifts": "the rota of this host's moderators",
    "sign_ins": "browsers that are signed in here",
    "suggested": "learnt anew from the codings",
    "tokens": "keys that were mailed from here",
    **dict.fromkeys(("uploaded_lists", "import_files"), "on their way into this instance"),
    "visits": "what somebody has read is theirs alone",
}

# No foreign keys, and yet they name a row.
NAMES: dict[str, dict[str, str]] = {
    "questions": {"prompt_id": "contributions"},
    "contributions": {"thread_id": "contributions", "version_id": "versions", "parent_author_id": "people"},
    "attachments": {"deposit_id": "deposits"},
    "votes": {"thread_id": "contributions"},
    "decisions": {"consultation_id": "consultations"},
    "seals": {"clean_id": "versions", "before_id": "versions"},
    "quotes": {"version_id": "versions"},
}

# What is of this instance alone, and what stands there instead.
BLANK: dict[str, dict[str, Any]] = {
    "consultations": {"follows_id": None, "handed_to_id": None},
    "memberships": {"eligibility": None},
    "duties": {"remind_id": None},
    "cases": {"claimed_by_id": None, "claimed_until": None},
    "codings": {"before": None},
    "runs": {"claim": "", "beat_at": None},
    "people": {
        "password": "",
        "roles": "",
        "suspended_until": None,
        "feed_serial": 0,
        "notices_seen_at": None,
        "bounced_address": "",
        "bounced_at": None,
        "bounced_why": "",
        "follow_mails": "none",
        "follow_mails_until": None,
        "factor": "",
        "factor_step": 0,
        "passkeys": 0,
        "factor_by": None,
    },
}

# The facts of a line of the log that name a row; `None` is what stays behind. All others are words and numbers.
FACTS: dict[str, str | None] = {
    "run": "runs",
    "contribution": "contributions",
    "target": "contributions",
    "version": "versions",
    "decision": "decisions",
    "case": "cases",
    "note": "notes",
    "report": "reports",
    "appeal": "appeals",
    "unveiling": "unveilings",
    "sanction": "sanctions",
    "membership": "memberships",
    "finding": "findings",
    "section": "sections",
    "quote": "quotes",
    "remark": "remarks",
    "question": "questions",
    "attachment": "attachments",
    "theme": "themes",
    "into": "themes",
    "pair": "pairs",
    "draw": "draws",
    "deposit": "deposits",
    **dict.fromkeys(("expert", "to"), "expert_requests"),
    **dict.fromkeys(("person", "from_person"), "people"),
    **dict.fromkeys(("made", "request", "invitation", "passkey", "export")),
}
LISTS = {  # of what was added and removed, or of what it was done to
    "themes given": {"added": "themes", "removed": "themes"},
    "evidence changed": {"added": "contributions", "removed": "contributions"},
    "considered": {"added": "contributions", "removed": "contributions"},
    "runs cited": {"added": "runs", "removed": "runs"},
    "theme given in bulk": {"contributions": "contributions"},
}

WORDS = {  # columns of JSON with words and numbers alone
    "consultations": {"professions", "regions", "groups", "promises", "watched", "blocked", "work_days", "holidays"},
    "questions": {"kinds"},
    "versions": {"card", "held_for", "warned"},
    "decisions": {"marks", "shown"},
    "seals": {"card"},
    "imported": {"facts"},
    "codebooks": {"themes"},  # by their numbers, which stay
    "codings": {"themes"},
    "baselines": {"rows"},
    "runs": {"versions"},
}
