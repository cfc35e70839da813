"""Tells machines what the public record is: a DCAT 3 catalogue and schema.org descriptions, as JSON-LD."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.publish.downloads.forms import FORMS
from services.publish.downloads.package import Release
from services.publish.downloads.readme import ATTRIBUTION, LICENSE_URL, TITLE
from services.publish.downloads.taken import Taken

ABOUT = "Reforms that public institutions committed to in the Open Gov Challenge, with why each was accepted."
PUBLISHER = {
    "@type": "Organization",
    "name": "Open Government Partnership",
    "url": "https://www.opengovpartnership.org/",
}
ZIP = "application/zip"

_MEDIA = "https://www.iana.org/assignments/media-types/"
_CONTEXT: Mapping[str, Any] = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def describe_catalogue(site: str, releases: Sequence[Release], changed_at: datetime | None) -> dict[str, Any]:
    """Give the catalogue: the record as it stands, and the series of its releases, newest first."""
    series = f"{site}/releases#series"
    return {
        "@context": dict(_CONTEXT),
        "@id": f"{site}/releases",
        "@type": "dcat:Catalog",
        **_named(TITLE, ABOUT, f"{site}/releases"),
        "dcat:dataset": [
            _record(site, changed_at),
            {
                "@id": series,
                "@type": "dcat:DatasetSeries",
                **_named(f"{TITLE}, month by month", ABOUT, f"{site}/releases"),
            },
            *(_dated(release, series) for release in releases),
        ],
    }


def describe_dataset(site: str, releases: Sequence[Release]) -> dict[str, Any]:
    """Describe the record as schema.org's Dataset, for search engines."""
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": f"{site}/reforms",
        "name": TITLE,
        "description": ABOUT,
        "url": f"{site}/reforms",
        "license": LICENSE_URL,
        "isAccessibleForFree": True,
        "creator": PUBLISHER,
        "distribution": [
            *(_download(f"{site}/reforms.{form.name}", form.media_type) for form in FORMS.values()),
            *(_download(f"{release.address}.zip", ZIP) for release in releases[:1]),
        ],
    }


def describe_reform(taken: Taken, site: str) -> dict[str, Any]:
    """Describe a reform by schema.org's words."""
    record, reform, proposal = taken.record, taken.record.reform, taken.record.reform.proposal
    return {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "@id": taken.url,
        "url": taken.url,
        "identifier": taken.reference,
        "name": reform.published_title,
        "alternateName": proposal.title,
        "inLanguage": proposal.language,
        "abstract": proposal.description,
        "datePublished": taken.published_at,
        "dateModified": taken.changed_at,
        "version": taken.version,
        "about": {
            "@type": "DefinedTerm",
            "termCode": reform.assigned_area.value,
            "url": f"{site}/areas/{reform.assigned_area}",
        },
        "spatialCoverage": {"@type": "Place", "name": proposal.jurisdiction or record.member.name},
        "temporalCoverage": f"{proposal.starts_on.isoformat()}/{proposal.ends_on.isoformat()}",
        "creator": {"@type": "GovernmentOrganization", "name": proposal.lead_institution},
        "publisher": PUBLISHER,
        "isPartOf": {"@type": "Dataset", "@id": f"{site}/reforms", "name": TITLE},
        "license": LICENSE_URL,
    }


def _named(title: str, about: str, page: str) -> dict[str, Any]:
    return {
        "dct:title": {"@value": title, "@language": "en"},
        "dct:description": {"@value": about, "@language": "en"},
        "dct:publisher": {"@type": "foaf:Organization", "foaf:name": ATTRIBUTION},
        "dct:license": {"@id": LICENSE_URL},
        "dcat:landingPage": {"@id": page},
    }


def _record(site: str, changed_at: datetime | None) -> dict[str, Any]:
    return {
        "@id": f"{site}/reforms",
        "@type": "dcat:Dataset",
        **_named(TITLE, ABOUT, f"{site}/reforms"),
        **({"dct:modified": _instant(changed_at)} if changed_at else {}),
        "dcat:distribution": [_distribution(f"{site}/reforms.{form.name}", form.media_type) for form in FORMS.values()],
    }


def _dated(release: Release, series: str) -> dict[str, Any]:
    return {
        "@id": release.address,
        "@type": "dcat:Dataset",
        **_named(
            f"{TITLE}, {release.month}", f"The record as it stood at the end of {release.month}.", release.address
        ),
        "dcat:inSeries": {"@id": series},
        "dcat:version": release.month,
        "dct:issued": _instant(release.ended_at),
        "dcat:distribution": [_distribution(f"{release.address}.zip", ZIP)],
    }


def _distribution(address: str, media_type: str) -> dict[str, Any]:
    return {
        "@type": "dcat:Distribution",
        "dcat:downloadURL": {"@id": address},
        "dcat:accessURL": {"@id": address},
        "dcat:mediaType": {"@id": _MEDIA + _plain(media_type)},
        "dct:license": {"@id": LICENSE_URL},
    }


def _download(address: str, media_type: str) -> dict[str, Any]:
    return {"@type": "DataDownload", "contentUrl": address, "encodingFormat": _plain(media_type)}


def _plain(media_type: str) -> str:
    return media_type.partition(";")[0]


def _instant(when: datetime) -> dict[str, str]:
    return {"@value": when.isoformat().replace("+00:00", "Z"), "@type": "xsd:dateTime"}
