"""A publication that is killed leaves readers a whole site."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.support.project import REPOSITORY
from tests.support.published import Place, whole

KILLS = 8

PUBLISHING = """
import itertools, sys
from pathlib import Path
from tests.support.published import Place, whole
place = Place(Path(sys.argv[1]))
for number in itertools.count():
    pages = {f"p/{one}": f"{'long enough ' * 120}{number if one % 3 else 0}" for one in range(60)}
    place.built(**pages)
    print(number, flush=True)
    place.publish(keep=2, force=True)
"""


def test_a_process_killed_while_it_publishes_leaves_a_whole_site(tmp_path: Path) -> None:
    place = Place(tmp_path)
    chance = random.Random(1)  # noqa: S311  instants, no secrets
    for _ in range(KILLS):
        command = [sys.executable, "-c", PUBLISHING, str(place.folder)]
        with subprocess.Popen(
            command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            for _ in range(3):
                process.stdout.readline()
            time.sleep(chance.uniform(0, 0.25))
            process.send_signal(signal.SIGKILL)
            process.wait()
        whole(place)
        place.built(a="after the kill", b=str(chance.random()))
        place.publish(keep=2, force=True)
        whole(place)
        left = sorted(path.name for path in (place.public / "generations").iterdir())
        assert left == [f"{number:06}" for number in place.generations.numbers]
        place.generations.roll_back()
        whole(place)
