"""The files that the walks of ARCHITECTURE.md name lie where they say."""

import re

import pytest

from tests.support.documents import walks
from tests.support.site import Site

FILES = sorted({step.name for steps in walks().values() for step in steps if step.is_file})


@pytest.mark.parametrize("name", FILES)
def test_a_build_makes_the_files_between_the_steps_of_a_walk(site: Site, name: str) -> None:
    folder = {"cache": site.project.cache, "www": site.project.site}[name.partition("/")[0]]
    pattern = re.sub("<[a-z]+>", "*", name.partition("/")[2])
    assert next(folder.glob(pattern), None) is not None
