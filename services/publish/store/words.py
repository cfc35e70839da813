"""Where in a text the words stand that were looked for."""

from collections.abc import Sequence

from contracts.search_words import plain, read_words
from services.chassis.database import Transaction
from services.chassis.text_search import CONFIGURATIONS, query_of
from services.publish.domain.excerpts import CLOSES, OPENS

_SPOKEN = {"en": "words_english", "fr": "words_french", "es": "words_spanish", "pt": "words_portuguese"}
_MARKS = f"HighlightAll=true, StartSel={OPENS}, StopSel={CLOSES}"

_SELECT = "SELECT ts_headline(t.configuration::regconfig, t.told,"
_FROM = ", $5) FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS t (configuration, told, place) ORDER BY t.place"
MARK_WORDS = f"{_SELECT} {query_of('$3', '$4')} {_FROM}"


async def mark_words(tx: Transaction, q: str, texts: Sequence[tuple[str, str]]) -> list[str]:
    """Put marks around the words that were looked for, in each of these texts, which come with their languages."""
    configurations = [_SPOKEN.get(tag.partition("-")[0], CONFIGURATIONS[-1]) for tag, _ in texts]
    rows = await tx.fetch(MARK_WORDS, configurations, [plain(text) for _, text in texts], *read_words(q), _MARKS)
    return [str(row[0]) for row in rows]
