"""Names of operators, and links to their pages."""

from typing import Final

from allium import formatting, urls
from allium.analysis.network import Operator
from allium.pages.parts.page_base import Link

TITLE_LENGTH: Final = 80
LABEL_LENGTH: Final = 60
NO_CONTACT_TITLE: Final = "Relays without contact information"


def title(domain: str | None, contact: str | None, length: int = TITLE_LENGTH) -> str:
    """Return what an operator is called: the domain claimed completely, else the contact, cut."""
    if domain is not None:
        return domain
    return (
        NO_CONTACT_TITLE if contact is None else formatting.cut(" ".join(contact.split()), length)
    )


def path(operator: Operator) -> str:
    """Return where every page links to when it links to this operator."""
    if operator.vanity is not None:
        return urls.vanity(operator.vanity)
    return urls.contact(operator.contact_id)


def link(operator: Operator, length: int = LABEL_LENGTH) -> Link:
    """Return an operator's name as a link; a contact is cut to a length."""
    name = title(operator.claim.domain, operator.contact, length)
    return Link(text=name, path=path(operator))
