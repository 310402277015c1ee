"""What every fault must leave behind: no page that is half written."""

from collections.abc import Mapping

ENDS = (b"</html>", b"}", b"]")


def halves(now: Mapping[str, bytes], before: Mapping[str, bytes]) -> list[str]:
    """Return the pages that are neither as they were before nor written to their last byte."""
    return [
        name
        for name, page in now.items()
        if name.endswith((".html", ".json"))
        and before.get(name) != page
        and not page.rstrip().endswith(ENDS)
    ]
