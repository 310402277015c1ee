"""The address of every page: where it lies below the site's root, and how pages link to it."""

from typing import Final

INDEX: Final = ""
STATUS: Final = "status.json"
ABOUT: Final = "about/"
LEADERBOARDS: Final = "leaderboards/"
LISTS: Final = "misc/"
HEALTH: Final = "network-health/"
AUTHORITIES: Final = "misc/authorities/"
CONSENSUS: Final = "consensus/"
SEARCH: Final = "search/"
SEARCH_DATA: Final = "search/relays.json"
EXPORTS: Final = "data/"
RISKS: Final = "risks/"
CROSS: Final = "misc/cross/"
NOT_FOUND: Final = "404.html"
DIRECTORIES: Final = {
    "fp": "fingerprint",
    "nick": "nickname",
    "v4": "address",
    "v6": "address",
    "op": "operator",
}
"""The kinds of search directories, and the folder that each has."""


def relay(fingerprint: str) -> str:
    """Return the folder of a relay's page."""
    return f"relay/{fingerprint}/"


def votes(fingerprint: str) -> str:
    """Return the folder of the page of the votes on a relay."""
    return f"{relay(fingerprint)}votes/"


def authority(nickname: str) -> str:
    """Return the name of an authority's row on the page of all authorities."""
    return f"a-{nickname}"


def contact(contact_id: str, number: int = 1) -> str:
    """Return the folder of an operator's page; `number` counts its pages of relays from 1."""
    return f"contact/{contact_id}/{_part(number)}"


def vanity(domain: str) -> str:
    """Return the folder at an operator's own name; `domain` is canonical and not reserved."""
    return f"{domain}/"


def group(kind: str, name: str, number: int = 1) -> str:
    """Return the folder of a page of a group of relays, such as `country/DE/`."""
    return f"{kind}/{name}/{_part(number)}"


def family(fingerprint: str, number: int = 1) -> str:
    """Return the folder of a family's page; the fingerprint is that of its oldest member."""
    return f"family/{fingerprint}/{_part(number)}"


def leaderboard(board: str) -> str:
    """Return the folder of a leaderboard's page."""
    return f"{LEADERBOARDS}{board}/"


def listing(name: str, number: int = 1) -> str:
    """Return the folder of a page of a list, such as `misc/relays/`."""
    return f"{LISTS}{name}/{_part(number)}"


def top(name: str, order: str) -> str:
    """Return the folder of the first entries of a list in another order."""
    return f"{LISTS}{name}/by-{order}/"


def directory(kind: str, prefix: str, number: int = 1) -> str:
    """Return the folder of the page that lists what begins with a prefix."""
    return f"{SEARCH}{DIRECTORIES[kind]}/{prefix}/{_part(number)}"


def html(folder: str) -> str:
    """Return the file of the page in a folder."""
    return f"{folder}index.html"


def twin(folder: str) -> str:
    """Return the file of a page's JSON twin."""
    return f"{folder}index.json"


def root(page: str) -> str:
    """Return the way from a page back to the site's root: `""` or `"../"` as often as needed."""
    return "../" * page.count("/")


def _part(number: int) -> str:
    return "" if number == 1 else f"page-{number}/"
