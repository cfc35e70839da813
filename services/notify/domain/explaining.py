"""What became of a letter, in a sentence: for whoever asks, without the words of any mail server."""

from collections.abc import Mapping
from types import MappingProxyType

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "waiting-for-confirmation": "It waits until the submitter has confirmed the address.",
        "pending": "It is to be sent.",
        "claimed": "It is being sent.",
        "final-dot-intended": "It is being handed over.",
        "sent": "The receiving mail server took it.",
        "delivered": "It arrived in the mailbox.",
        "bounced": "The receiving mail server took it, and it came back.",
        "failed-temporarily": "It could not be handed over yet, and is tried again.",
        "failed": "It could not be delivered.",
        "held": "It waits for a person.",
        "suppressed": "It was not sent: nothing is sent to this address.",
        "cancelled": "It was not sent, and will not be.",
        "unknown": "Nobody can say whether it arrived: the answer was lost after it had been handed over.",
    }
)

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "superseded": "A later decision took its place.",
        "answered": "The question had been answered.",
        "withdrawn": "The submission had been withdrawn.",
        "no-reform": "There is no such reform any more: it was retracted, or declined after all.",
        "same-as-submitter": "The recipient is who sent it in, and was told as such.",
        "draft-gone": "The draft was sent, erased, or kept no longer.",
        "changed": "The reform changed, or left the record, before it was told.",
        "unsubscribed": "The subscription had ended, or was not confirmed in time.",
        "too-late": "The question could no longer be answered.",
        "released": "The month's review had been released: its outcome says more.",
        "stopped": "It was stopped.",
        "not-handed-over": "It was cancelled, or taken over by another process, just before it left.",
        "connection-lost": "The connection to the mail server was lost before it left.",
        "tls-unverified": "The mail server's certificate could not be verified.",
        "tls-failed": "No safe connection to the mail server came about.",
        "tls-not-offered": "The mail server offered no safe connection.",
        "provider-unreachable": "The mail provider did not answer.",
        "sent-again": "It was in doubt, and goes once more with the same Message-ID.",
        "settled-by-hand": "It was in doubt: so says somebody who has looked.",
        "domain-limit": "Its domain has had as much as it is sent in a minute.",
        "domain-rests": "Its domain takes nothing at the moment, and is left alone for a while.",
        "no-contact": "Nobody is known whom it could go to.",
        "address-erased": "The contact was erased.",
        "unwritable": "Its template and what the event tells do not fit together.",
        "unsafe-address": "The address is not one plain address.",
        "unsafe-header": "What would stand in a header is not safe there.",
        "unexpected-headers": "What would stand in a header is not safe there.",
        "headers-changed": "What would stand in a header is not safe there.",
        "malformed-header": "What would stand in a header is not safe there.",
        "vault-unreachable": "The contact vault did not answer.",
        "vault-unreadable": "The contact vault gave an answer that makes no sense.",
        "links-unknown": "The contact vault knew no link for it.",
    }
)
"""What the codes of the ledger mean; any other is a reply code of a mail server, and stands for itself."""


def explain(state: str, detail: str | None) -> str:
    """Say what became of a letter, and why."""
    sentence = SENTENCES[state]
    if detail in {None, state, "outcome-unknown"}:
        return sentence
    return f"{sentence} {REASONS.get(str(detail), f'Code: {detail}.')}"
