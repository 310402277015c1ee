"""What the tasks of each phase of a build are called where they are counted."""

from functools import partial
from typing import Final

from allium import text
from allium.engine.phases import Counted

PHASES: Final = {
    "fetch": Counted(partial(text.noun, one="document")),
    "precompute": Counted(partial(text.noun, one="contact"), every=500),
    "render": Counted(partial(text.noun, one="page")),
    "static": Counted(partial(text.noun, one="file")),
}
"""By the first part of the names of their tasks."""
