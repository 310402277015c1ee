"""A built site: its files, its pages parsed, and the plan that they came from."""

import json
from typing import Any

from tests.support.html import Page
from tests.support.project import Project


class Site:
    """A built site: its files, its pages parsed, and the plan that they came from."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.files = project.tree()
        self.pages = {
            name: Page(name, body.decode())
            for name, body in self.files.items()
            if name.endswith(".html")
        }
        self.kinds = {page.files[0]: page.kind for page in project.pages()}

    def of(self, *kinds: str) -> list[Page]:
        return [page for name, page in self.pages.items() if self.kinds[name] in kinds]

    def data(self, name: str) -> Any:
        return json.loads(self.files[name])
