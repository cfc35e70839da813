"""What leads from a letter to a page: only submitters and subscribers have links of their own."""

from pydantic.dataclasses import dataclass as checked_dataclass


@checked_dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """What only the submitter's letters hold: the page where the submission stands, and the one that confirms."""

    status_url: str
    confirm_url: str | None = None


@checked_dataclass(frozen=True, slots=True, kw_only=True)
class DraftLink:
    """What a letter about a draft holds: the page where it is written on."""

    draft_url: str


@checked_dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionLinks:
    """What a subscriber's letter holds: a page to confirm or to unsubscribe, and in a header what one click calls."""

    confirm_url: str
    unsubscribe_url: str
    one_click_url: str
