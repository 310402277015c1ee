"""Look up known vulnerabilities of a pinned environment: `audit.py FILE`, and options of pip-audit.

Fails for a known one, and for whatever else goes wrong. When nobody can be asked, that is said in
one line and is no failure: the gate works without internet.
"""

import json
import subprocess
import sys
from typing import Any

_UNREACHABLE = ("requests.exceptions.", "pip_audit._service.interface.")
"""What the last line of a traceback begins with when the service could not be had."""
_BLOCKED = "your network may be blocking this service"


def main() -> int:
    """Return 1 when the gate must not pass, else 0; say why."""
    command = (sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes")
    options = ("--format", "json", "--progress-spinner", "off", "--requirement")
    done = subprocess.run(  # noqa: S603  its own arguments
        [*command, *options, *sys.argv[1:]], capture_output=True, text=True, check=False
    )
    status, words = verdict(done.returncode, done.stdout, done.stderr)
    sys.stdout.write(f"{words}\n")
    return status


def verdict(status: int, out: str, err: str) -> tuple[int, str]:
    """Return the gate's exit status and what to say, from those of pip-audit."""
    lines = err.strip().splitlines() or [""]
    if not out.strip():
        if lines[-1].startswith(_UNREACHABLE) or _BLOCKED in lines[-1]:
            return 0, f"not audited, the service cannot be had: {lines[-1][:160]}"
        return 1, f"pip-audit ended with {status} and no result:\n{err.strip()}"
    found: list[dict[str, Any]] = json.loads(out)["dependencies"]
    weak = [_weakness(one, known) for one in found for known in one.get("vulns", ())]
    if weak or status:
        return 1, "\n".join(weak or [err.strip()])
    skipped = [one["name"] for one in found if "skip_reason" in one]
    if len(skipped) == len(found):
        return 0, "not audited, the service knows none of these versions"
    told = f"no known vulnerability in {len(found) - len(skipped)} of {len(found)} packages"
    return 0, f"{told}; not known to the service: {', '.join(skipped)}" if skipped else told


def _weakness(package: dict[str, Any], known: dict[str, Any]) -> str:
    mended = ", ".join(known["fix_versions"]) or "none"
    return f"{package['name']} {package['version']}: {known['id']} (mended in: {mended})"


if __name__ == "__main__":
    sys.exit(main())
