"""What a door says when something goes wrong behind it."""

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from structlog.testing import capture_logs

from services.chassis.doors.web import answer_errors


async def test_failure_is_logged_by_its_route_and_never_by_its_address() -> None:
    """An address may hold the secret of a receipt."""
    app = FastAPI()
    answer_errors(app)

    @app.get("/status/{submission_id}/{secret}")
    async def _show(submission_id: str, secret: str) -> None:
        raise TimeoutError(submission_id, secret) if submission_id == "away" else RuntimeError(secret)

    async with AsyncClient(transport=ASGITransport(app, raise_app_exceptions=False), base_url="http://it") as client:
        with capture_logs() as logged:
            statuses = [(await client.get(f"/status/{which}/hush")).status_code for which in ("away", "broken")]
    assert statuses == [503, 500]
    assert [line["route"] for line in logged] == ["/status/{submission_id}/{secret}"] * 2
    assert "hush" not in str(logged)
