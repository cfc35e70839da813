"""Marks that those who pass links on hang to them: they ask for nothing."""

import re
from collections.abc import Iterable

TRACKING = re.compile(
    r"(utm|mtm|pk|piwik|matomo|mc|hsa|vero|trk)_[a-z0-9_-]+|(fb|g|d|tw|tt|y|ys)clid|msclkid|gclsrc|[gw]braid|igsh(id)?|"
    r"li_fat_id|mkt_tok|oly_(anon|enc)_id|rdt_cid|epik|_g[al]|_hs(enc|mi)",
    re.ASCII | re.IGNORECASE,
)
"""What social sites, newsletters and campaigns hang to a link, to know who followed it."""


def unmarked(given: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Give a query without such marks."""
    return [(name, value) for name, value in given if not TRACKING.fullmatch(name)]
