"""The zygote says what a build said."""

import json
from pathlib import Path
from typing import Any

from tests.support import zygote


class Reported:
    """A zygote whose builds end with this report."""

    def __init__(self, *tasks: dict[str, Any]) -> None:
        self.tasks = tasks

    def run(self, **order: Any) -> dict[str, Any]:
        scratch = Path(order["scratch"])
        (scratch / "report.json").write_text(json.dumps({"tasks": self.tasks}))
        (scratch / "stdout").write_text("")
        (scratch / "stderr").write_text("FAILED")
        return {"status": 1, "trace": []}


def test_a_task_that_never_ran_said_nothing(tmp_path: Path) -> None:
    ended: Any = Reported(
        {"name": "split", "result": "fail", "err": "no details; "},
        {"name": "reserve", "result": "fail", "err": None},
    )
    built, _ = zygote.build(ended, tmp_path, tmp_path, [])
    assert (built.status, built.stderr) == (1, "no details; FAILED")
