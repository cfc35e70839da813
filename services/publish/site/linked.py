"""JSON-LD for the pages: a block of data that no browser runs, so that it needs no leave of the content policy."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from services.chassis.codec import encode_text
from services.publish.downloads.catalogue import describe_reform
from services.publish.downloads.taken import Taken
from services.publish.site.room import shortened
from services.publish.site.shapes import ReformPage

_ACTIVE = str.maketrans({sign: f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"})


def data_block(described: Mapping[str, Any]) -> Markup:
    """Write a description into a page; nothing in it can end the block."""
    written = encode_text(described).translate(_ACTIVE)
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(written))  # noqa: S704 - see _ACTIVE


def reform_block(page: ReformPage, letters: int | None = None) -> Markup:
    """Describe a reform on its page, with so many letters of its text where there is no room for more."""
    taken = Taken(
        reference=page.reference,
        url=page.address,
        published_at=page.published_at,
        changed_at=page.changed_at,
        version=page.version,
        promising=page.promising,
        promising_why=page.promising_why,
        support=page.support,
        record=page.record,
        revision=page.version,
    )
    described = describe_reform(taken, page.address.removesuffix(page.url))
    return data_block({**described, "abstract": shortened(described["abstract"], letters)})
