"""Tables of facts as tests write them: one row a line, columns between ` | `."""


def rows(table: str) -> list[tuple[str, ...]]:
    return [
        tuple(cell.strip() for cell in line.split(" | ")) for line in table.strip("\n").splitlines()
    ]
