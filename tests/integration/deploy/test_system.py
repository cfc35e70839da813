"""The whole system under its supervisor: what dies comes back, and nothing outlives its owner."""

import asyncio
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import httpx

from deploy.clock import move_clock
from deploy.database import connected
from deploy.doctor import examine_system
from deploy.services import find_runnable_services
from deploy.stack.runs import ROOT
from deploy.staff import bring_in_staff
from services.review.domain.staff import ROLES
from tests.integration.deploy.conftest import Running, wait_for


def test_every_service_runs(running: Running) -> None:
    """What is in the tree is under the supervisor."""
    assert sorted(running.system.urls) == find_runnable_services()
    assert all(running.is_ready(service) for service in running.system.urls)


def test_doctor_finds_nothing(running: Running) -> None:
    """A fresh system is as it should be: services, topics, grants, positions."""
    findings = asyncio.run(examine_system(running.patient))
    assert [finding for finding in findings if finding.trouble or finding.passed_over] == []
    assert len(findings) > 10


def test_doctor_sees_a_right_too_many(running: Running) -> None:
    """A grant across services is found and named."""

    async def examine(grant: str, revoke: str) -> list[str]:
        async with connected(running.system.database_url) as admin:
            await admin.execute(grant)
            try:
                return [finding.trouble for finding in await examine_system(running.patient) if finding.trouble]
            finally:
                await admin.execute(revoke)

    troubles = asyncio.run(
        examine(
            "GRANT USAGE ON SCHEMA intake TO review; GRANT SELECT ON intake.outbox TO review",
            "REVOKE ALL ON intake.outbox FROM review; REVOKE ALL ON SCHEMA intake FROM review",
        )
    )
    assert troubles == ["review may select intake.outbox"]


def test_accounts_to_try_the_desk_with_open_it(running: Running) -> None:
    """One for each role; made once, and told again with the same passwords."""
    accounts = bring_in_staff(running.system)
    assert bring_in_staff(running.system) == accounts
    assert set(accounts) == set(ROLES)
    with httpx.Client(base_url=running.system.urls["review"], trust_env=False) as browser:
        page = browser.get("/desk/sign-in")
        csrf = re.findall(r'name="csrf" value="(\w+)"', page.text)[-1]
        form = {"csrf": csrf, "name": "irm", "password": accounts["irm"]}
        assert browser.post("/desk/sign-in", data=form).headers["location"] == "/desk/"
        assert "IRM" in browser.get("/desk/", follow_redirects=True).text


def test_operator_moves_the_clock(running: Running) -> None:
    """As the operator, and by as much as was said."""
    _, before = asyncio.run(move_clock(running.system.operator_url, "0s"))
    _, after = asyncio.run(move_clock(running.system.operator_url, "5s"))
    assert after - before == timedelta(seconds=5)


def test_services_come_back_after_quick_deaths(running: Running) -> None:
    """Three SIGKILLs each, as soon as there is somebody to kill, do not tire the supervisor."""
    for _ in range(3):
        victims = [running.wait_for_process(service) for service in running.system.urls]
        for victim in victims:
            victim.kill()
        wait_for(lambda killed=victims: not any(p.is_running() and p.status() != "zombie" for p in killed), "deaths")  # type: ignore[misc]
    wait_for(lambda: all(running.is_ready(service) for service in running.system.urls), "all are ready again")


def test_killed_owner_leaves_nothing(running: Running) -> None:
    """Ten seconds after the owner's SIGKILL there is no broker, no database, no supervisor and no service."""
    started = running.run.ledger.live()
    assert {process.name for process in started} == {"kafka", "postgres", "supervisor", *running.system.urls}
    running.owner.kill()
    running.owner.wait()
    wait_for(lambda: not any(process.find() for process in started), "everything ended", 10)
    wait_for(lambda: not running.run.directory.exists(), "the data is gone", 5)


def test_demo_comes_true(tmp_path: Path) -> None:
    """`make demo ONCE=1` tells its whole story, exits with 0, and leaves nothing running."""
    told = tmp_path / "told"
    with told.open("w") as out:
        demo = subprocess.run([sys.executable, "-m", "deploy", "demo", "--once"], cwd=ROOT, stdout=out, check=False)
    assert demo.returncode == 0, told.read_text()
    assert "14 reforms" in told.read_text()
    assert "✗" not in told.read_text()
    assert "/desk/" in told.read_text()
