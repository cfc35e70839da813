"""Examples of what comes back of a letter: a mail system's report, as RFC 3464 shows them."""

from uuid import UUID

DOMAIN = "challenge.example.org"
ADDRESS = "gone@example.org"

_REPORT = """\
Return-Path: <>
From: Mail Delivery Subsystem <MAILER-DAEMON@mail.example.org>
To: open-gov-challenge@example.org
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_report"

This is a MIME-encapsulated message.

--=_report
Content-Type: text/plain; charset=utf-8

The following address had errors: <{address}>: unknown user

--=_report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org
Arrival-Date: Thu, 10 Dec 2026 15:00:00 +0000

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <{address}>: no such user here

--=_report
{returned}
--=_report--
"""
_WHOLE = """\
Content-Type: message/rfc822

From: OGP Support Unit <open-gov-challenge@example.org>
To: {address}
Subject: a letter
Message-ID: {message_id}

Dear Ana Rojas
"""
_HEADERS = """\
Content-Type: text/rfc822-headers

From: OGP Support Unit <open-gov-challenge@example.org>
To: {address}
Message-ID: {message_id}
"""


def report(
    mail_id: UUID,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    address: str = ADDRESS,
    domain: str = DOMAIN,
    whole: bool = True,
) -> bytes:
    """Give the report on a letter; with the whole letter in it, or with its headers alone."""
    returned = (_WHOLE if whole else _HEADERS).format(message_id=f"<{mail_id}@{domain}>", address=address)
    told = _REPORT.format(action=action, status=status, address=address, returned=returned)
    return told.replace("\n", "\r\n").encode()
