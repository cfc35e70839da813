"""What can be wrong with what is said of reforms: each fault with its row, its column, its code and its sentence."""

from collections.abc import Mapping
from types import MappingProxyType

from services.chassis import tables

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        **tables.SENTENCES,
        "duplicate-row": "An earlier row says the same.",
        "contradiction": "An earlier row says something else of the same thing at the same time.",
        "missing": "The cell is empty, and must not be.",
        "not-of-kind": "This column says nothing of a row of this kind; leave it empty.",
        "unknown-value": "The value is not one of those that can stand here.",
        "length": "The value is too long.",
        "blank": "There is nothing to see in the cell.",
        "control-character": "The text holds a control character, or a line break of another kind than the usual.",
        "bidi": "The text holds characters that turn the direction of writing.",
        "header-characters": "This must be one line, without `=?`.",
        "text-shape": "A word is too long, or a letter bears too many marks.",
        "number": "This is not the number of a milestone, counted from 1.",
        "link": "This is not a link that begins with https:// and holds no spaces.",
        "format": "The value does not have the form asked for.",
        "time": "This is neither a day such as 2027-06-15 nor a time with its zone.",
        "future": "This day has not come yet.",
        "before-beginning": "On this day the reform had neither begun nor been submitted.",
        "contact-details": "An e-mail address, or a name before a link's host; what is public names no person.",
        "nothing-said": "The assessment says nothing: one of its five findings is needed.",
        "unknown-reform": "There is no public reform of this reference.",
        "retracted": "The reform was retracted; nothing more is said of it.",
        "unknown-milestone": "The reform has no milestone of this number.",
    }
)
"""Every code of a fault; the list is closed."""
