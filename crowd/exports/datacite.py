"""What a repository asks for when data are deposited: metadata by the DataCite schema 4.5, as JSON.

A DOI is given by the repository: until the host has typed it in, there is none here, and everything else is ready."""

from collections.abc import Sequence
from typing import Any

from crowd import clock
from crowd.evidence import doi, licences
from crowd.exports.columns import Source
from crowd.exports.public import themes
from crowd.exports.readme import address
from crowd.i18n import _
from crowd.models import Consultation, Deposit
from crowd.text import plain

SCHEMA = "http://datacite.org/schema/kernel-4"
FORMATS = ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/json")


def year(of: Consultation) -> int:
    """The year in which everybody could read it first."""
    opened = of.open or of.closed
    return (opened if opened and opened <= clock.now() else clock.now()).year


def of_data(source: Source, data: str, deposits: Sequence[Deposit]) -> dict[str, Any]:
    """The consultation’s public data, at the address `data`."""
    of = source.consultation
    made = _shared(source, of.title, "Dataset", _("Contributions, tallies and findings of a consultation"))
    made["descriptions"].append({"description": _method(), "descriptionType": "Methods"})
    made["formats"] = list(FORMATS)
    made["alternateIdentifiers"] = [{"alternateIdentifier": data, "alternateIdentifierType": "URL"}]
    made["relatedIdentifiers"] = [_related("IsDescribedBy", address(of)), *_references(deposits)]
    return made | ({"doi": of.data_doi} if of.data_doi else {})


def of_findings(source: Source, findings: str, data: str) -> dict[str, Any]:
    """The findings, as a report that the data stand behind."""
    of = source.consultation
    made = _shared(source, _("Findings: %(title)s", title=of.title), "Report", _("Findings of a consultation"))
    made["alternateIdentifiers"] = [{"alternateIdentifier": findings, "alternateIdentifierType": "URL"}]
    made["relatedIdentifiers"] = [_related("IsDerivedFrom", of.data_doi or data), _related("IsPartOf", address(of))]
    return made


def _shared(source: Source, title: str, general: str, resource: str) -> dict[str, Any]:
    of, licence = source.consultation, licences.of(source.consultation.data_licence)
    rights = {"rights": licence.words, "rightsUri": licence.href}
    if licence.spdx:
        rights |= {"rightsIdentifier": licence.spdx, "rightsIdentifierScheme": "SPDX"}
        rights |= {"schemeUri": "https://spdx.org/licenses/"}
    return {
        "schemaVersion": SCHEMA,
        "types": {"resourceTypeGeneral": general, "resourceType": resource},
        "creators": [{"name": source.host, "nameType": "Organizational"}],
        "titles": [{"title": title}],
        "publisher": {"name": source.host},
        "publicationYear": str(year(of)),
        "descriptions": [{"description": plain(of.summary_html) or title, "descriptionType": "Abstract"}],
        "rightsList": [{name: value for name, value in rights.items() if value}],
        "subjects": [{"subject": row[1]} for row in themes(source)],
        "dates": _dates(source),
    }


def _method() -> str:
    return _(
        "Members of a professional body answered key questions and voted on each other’s answers; moderators watched "
        "over the texts. People chose to take part: it is no sample. Texts are here as far as their authors let "
        "everybody read them."
    )


def _dates(source: Source) -> list[dict[str, str]]:
    of = source.consultation
    found = [(of.open or of.closed, "Available")]
    made = [{"date": source.day(at), "dateType": kind} for at, kind in found if at and at <= clock.now()]
    if of.members and of.members <= clock.now():
        until = source.day(of.analysis) if of.analysis and of.analysis <= clock.now() else ""
        made.append({"date": f"{source.day(of.members)}/{until}".rstrip("/"), "dateType": "Collected"})
    return made


def _references(deposits: Sequence[Deposit]) -> list[dict[str, str]]:
    return [_related("References", one.doi or one.href) for one in deposits if one.doi or one.href]


def _related(how: str, what: str) -> dict[str, str]:
    kind = "DOI" if doi.bare(what) == what else "URL"
    return {"relatedIdentifier": what, "relatedIdentifierType": kind, "relationType": how}
