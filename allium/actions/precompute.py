"""The dear part of an operator's page, once per contact."""

from allium.engine.failure import telling
from allium.store import StoreError, codec, files
from allium.views import contact
from allium.views.contact_shard import Shard


@telling(OSError, StoreError)
def precompute(shard: str, view: str, before: str) -> None:
    """Write the view of one contact from its shard, and keep an earlier one in `before`."""
    files.write_if_changed(view, codec.encode(contact.build(codec.load(shard, Shard))), before)
