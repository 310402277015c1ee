"""Times of data as seconds since 1970, and back."""

from datetime import UTC, datetime


def seconds(time: str) -> int:
    """Return the seconds since 1970 of an ISO 8601 time; one without zone is in UTC."""
    parsed = datetime.fromisoformat(time)
    return int((parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp())


def machine_time(moment: int) -> str:
    """Return a time as feeds have it: `2026-02-15T17:00:00Z`."""
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%dT%H:%M:%SZ}"
