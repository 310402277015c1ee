"""Tables of facts as tests write them: one row a line, columns between ` | `."""

from typing import Any

import pytest


def rows(table: str) -> list[tuple[str, ...]]:
    return [
        tuple(cell.strip() for cell in line.split(" | ")) for line in table.strip("\n").splitlines()
    ]


def facts(table: str) -> list[Any]:
    """Return the rows of a table whose first column is the name of the fact."""
    return [pytest.param(*cells, id=name) for name, *cells in rows(table)]
