"""What is told of one thing that the doctor looks at."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """`trouble` is empty when it is as it should be; `passed_over` says why it was not looked at, if so."""

    what: str
    trouble: str = ""
    remedy: str = ""
    passed_over: str = ""
