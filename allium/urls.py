"""The address of every page: where it lies below the site's root, and how pages link to it."""

from typing import Final

INDEX: Final = ""
STATUS: Final = "status.json"


def relay(fingerprint: str) -> str:
    """Return the folder of a relay's page."""
    return f"relay/{fingerprint}/"


def contact(contact_id: str, number: int = 1) -> str:
    """Return the folder of an operator's page; `number` counts its pages of relays from 1."""
    return f"contact/{contact_id}/{_part(number)}"


def vanity(domain: str) -> str:
    """Return the folder at an operator's own name; `domain` is canonical and not reserved."""
    return f"{domain}/"


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
