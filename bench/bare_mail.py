"""The bare loop of aiosmtplib: one connection, ready bytes, one letter after the other; nothing else.

Run as a process: `python -m bench.bare_mail PORT COUNT FILE`; prints the seconds that it took.
"""

import asyncio
import sys
import time
from pathlib import Path

from aiosmtplib import SMTP

from deploy.stack.ports import LOOPBACK

SENDER = "open-gov-challenge@example.org"


async def main(port: int, count: int, letter: bytes) -> float:
    """Send so many letters to as many people."""
    async with SMTP(hostname=LOOPBACK, port=port) as client:
        begun = time.perf_counter()
        for number in range(count):
            await client.sendmail(SENDER, f"person-{number}@example.org", letter)
        return time.perf_counter() - begun


if __name__ == "__main__":
    sys.stdout.write(str(asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]).read_bytes()))))
