"""What leads from a letter to a page: links of submitters, of subscribers, and of who is asked how a reform goes."""

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


@checked_dataclass(frozen=True, slots=True, kw_only=True)
class UpdateLink:
    """What the letter holds that asks how a reform is going: the page where that is answered, and until when."""

    update_url: str
    update_until: str
