"""The schema of the twins is a file of the site: no version of a library may change its bytes."""

from collections.abc import Iterator
from typing import Any

from allium.pages.exports.twin_schema import twin_schema


def parts(schema: Any) -> Iterator[tuple[str, Any]]:
    """Yield all that has a name in a schema."""
    if isinstance(schema, dict):
        yield from schema.items()
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            yield from parts(part)


def test_what_versions_of_the_library_write_otherwise_is_made_alike() -> None:
    found = list(parts(twin_schema()))
    descriptions = [value for name, value in found if name == "description"]
    assert any("\n" in words for words in descriptions)
    assert not any("\n " in words for words in descriptions)
    assert "propertyNames" not in dict(found)
