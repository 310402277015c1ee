"""The JSON Schema of the twins of pages, made from the types that they are written from."""

from inspect import cleandoc
from typing import Any, Final, get_type_hints

import msgspec
from msgspec import Struct

from allium.pages.boards.board_page import BoardPage
from allium.pages.boards.boards_overview import BoardsPage
from allium.pages.family.family_page import FamilyPage
from allium.pages.group.group_page import GroupPage
from allium.pages.health.health_page import HealthPage
from allium.pages.lists.list_page import ListPage
from allium.pages.operator.operator_page import OperatorPage
from allium.pages.parts.json_twin import JsonTwin
from allium.pages.relay.relay_page import RelayPage

KINDS: Final[dict[type[Struct], tuple[str, ...]]] = {
    RelayPage: ("relay",),
    OperatorPage: ("operator",),
    GroupPage: ("network", "country", "platform", "version", "flag", "first seen"),
    FamilyPage: ("family",),
    ListPage: ("list",),
    BoardsPage: ("leaderboards",),
    BoardPage: ("leaderboard",),
    HealthPage: ("network",),
}
"""The views of pages that have a twin, and what the twins say in `kind`."""
DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"


def twin_schema() -> dict[str, Any]:
    """Return the JSON Schema that every twin keeps: the envelope, and the raw values of each kind.

    The printed words in `display` are free; they change with the words of the pages.
    """
    raws = [get_type_hints(page)["raw"] for page in KINDS]
    (envelope, *references), components = msgspec.json.schema_components(
        [JsonTwin, *raws], ref_template="#/$defs/{name}"
    )
    branches = [
        {"properties": {"kind": {"enum": [*kinds]}, "raw": reference}}
        for kinds, reference in zip(KINDS.values(), references, strict=True)
    ]
    schema = {
        "$schema": DRAFT,
        "title": "JSON twin of a page",
        "allOf": [envelope, {"anyOf": branches}],
        "$defs": components,
    }
    return {name: _of_any_version(value) for name, value in schema.items()}


def _of_any_version(schema: Any) -> Any:  # noqa: ANN401  whatever JSON holds
    """Return a part of a schema as all versions of msgspec make it.

    Until 0.22 descriptions keep the indentation of docstrings; from 0.23 on `propertyNames`
    lists the keys that a map may have.
    """
    if isinstance(schema, list):
        return [_of_any_version(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: cleandoc(part)
        if name == "description" and isinstance(part, str)
        else _of_any_version(part)
        for name, part in schema.items()
        if name != "propertyNames"
    }
