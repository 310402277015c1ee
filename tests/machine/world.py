"""A network, a project and everything that may happen to them, each step by a number or two.

Steps are replayable: a world is the same after the same steps, and `World` needs nothing of the
test framework. What is changed is chosen by plain numbers, taken modulo what there is.
"""

import json
import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from allium.sources import sample
from allium.store import site_record
from tests.machine.judge import Judge
from tests.machine.vote_source import FAULTS, NAMES, VoteSource
from tests.support.network import Document, dumps
from tests.support.project import Build, copied
from tests.support.zygote import Zygote, build

HISTORIES = ("uptime", "bandwidth", "weights")
DOCUMENTS = {"details": "details"} | {name: name for name in HISTORIES} | {"aroi": "latest"}
RELAYS = 9
TEXTS = (
    "plain",
    "",
    "<script>alert(1)</script>",
    "../../../etc/passwd",
    "a\x00b\x1b[2J\u202ec\u2028",
    "\ud800 half",
    "x" * 5000,
    "email:a[]example.org url:https://example.org proof:uri-rsa ciissversion:2",
    "email:b[]cedar.example.net url:cedar.example.net proof:dns-rsa ciissversion:2",
    "{{ 7*7 }}{% raw %}'\"&amp;",
)
VALUES: tuple[Any, ...] = (*TEXTS, None, 0, -1, 2**63, 2**64, 1.5, True, [], {}, [[]], [None, "x"])
FIELDS = (
    *("nickname", "contact", "platform", "version", "version_status", "country", "country_name"),
    *("as", "as_name", "flags", "or_addresses", "dir_address", "exit_policy", "exit_addresses"),
    *("consensus_weight", "observed_bandwidth", "bandwidth_rate", "bandwidth_burst", "measured"),
    *("running", "first_seen", "last_seen", "last_restarted", "effective_family", "family_ids"),
    *("verified_host_names", "exit_policy_summary", "overload_general_timestamp", "hibernating"),
    *("recommended_version", "latitude", "unheard_of"),
)
GOOD: dict[str, tuple[Any, ...]] = {
    "nickname": ("alder", "birch", "cedar"),
    "platform": ("Tor 0.4.9.5 on FreeBSD", "Tor 0.4.8.21 on Linux"),
    "version": ("0.4.9.5", "0.4.8.21"),
    "country": ("de", "fr", "us"),
    "as": ("AS64500", "AS64501"),
    "running": (True, False),
    "flags": (["Exit", "Fast", "Running", "Valid"], ["Guard", "Running"], []),
    "consensus_weight": (0, 1, 5000, 10**9),
    "observed_bandwidth": (0, 1_250_000, 10**9),
    "last_restarted": ("2025-12-30 12:00:00", "2025-11-01 00:00:00"),
    "measured": (True, False),
}
SETTINGS = (
    "units=bytes",
    "apis=details",
    "votes=false",
    "twins=false",
    "search_parts=false",
    "vote_pages=false",
    "site_title=Another <b>title</b>",
    "footer=By & for",
    "base_url=https://tor.example.org",
    "filter_downtime=0",
    "base_path=/tor/",
    "weights=false",
)
ZONES = ("UTC", "Asia/Kathmandu", "America/St_Johns")
ZYGOTES = ((0, "C.UTF-8"), (1, "C"), (4242, "POSIX"))
ACCIDENTS = ("kill", "interrupt", "terminate", "ENOSPC", "EMFILE", "EACCES", "EIO")
STATUSES = {"kill": {-9}, "interrupt": {130, 0}, "terminate": {143, 0}}


class World:
    """One history; every step ends with a build that is judged, unless it is told to wait."""

    counts: Counter[str] = Counter()
    zygotes: dict[tuple[int, str], Zygote] = {}

    def __init__(self) -> None:
        shared = Path("/dev/shm")
        place = str(shared) if shared.is_dir() else None
        self.folder = Path(tempfile.mkdtemp(prefix="allium-machine-", dir=place))
        self.code = copied(self.folder / "code")
        self.out, self.cache = self.folder / "www", self.folder / "cache"
        self.hour = 0
        self.settings: list[str] = []
        self.gone: set[str] = set()
        self.broken: dict[str, bytes] = {}
        self.stale: dict[str, int] = {}
        self.results: dict[str, bool] = {}
        self.records = self._sampled()
        self.away: list[Document] = []
        self.votes = VoteSource()
        self.judge = Judge(self)
        self.pristine = True
        self._edits = 0
        self.publish()
        self.build()

    def close(self) -> None:
        shutil.rmtree(self.folder)

    # What the network does.

    def join(self, number: int) -> None:
        """A relay that was never there, beside another one of its operator."""
        origin = self._relay(number)
        body = f"{number % 5000 + 16**6:040X}"
        self.records.append(dict(origin) | {"fingerprint": body, "nickname": f"new{number % 99}"})

    def leave(self, number: int) -> None:
        if len(self.records) > 1:
            self.away.append(self.records.pop(number % len(self.records)))

    def come_back(self, number: int) -> None:
        if self.away:
            self.records.append(self.away.pop(number % len(self.away)))

    def reorder(self, number: int) -> None:
        """Nothing changed but the order of the records."""
        place = number % len(self.records)
        self.records = self.records[place:] + self.records[:place]

    def repeat(self, number: int) -> None:
        """The same fingerprint twice, with another nickname."""
        self.records.append(dict(self._relay(number)) | {"nickname": "twice"})

    def change(self, number: int, field: int, value: int) -> None:
        """Any field of a relay, to any value at all."""
        self._set(self._relay(number), FIELDS[field % len(FIELDS)], VALUES[value % len(VALUES)])

    def amend(self, number: int, field: int, value: int) -> None:
        """A field of a relay, to a value that it may have."""
        name = list(GOOD)[field % len(GOOD)]
        self._relay(number)[name] = GOOD[name][value % len(GOOD[name])]

    def merge_contacts(self, number: int, other: int) -> None:
        self._set(self._relay(number), "contact", self._relay(other).get("contact"))

    def split_contact(self, number: int, text: int) -> None:
        self._relay(number)["contact"] = f"{TEXTS[text % len(TEXTS)]} {number}"

    def edit_family(self, number: int, other: int) -> None:
        """Declare a family, on both sides when the numbers are even."""
        one, two = self._relay(number), self._relay(other)
        names = sorted({str(one["fingerprint"]), str(two["fingerprint"])})
        one["effective_family"] = names
        if (number + other) % 2 == 0:
            two["effective_family"] = names
        else:
            one["alleged_family"] = names[:1]

    def leave_family(self, number: int) -> None:
        self._relay(number).pop("effective_family", None)

    def flip_aroi(self, number: int) -> None:
        """The validator changes its mind about a relay."""
        fingerprint = str(self._relay(number)["fingerprint"])
        self.results[fingerprint] = not self.results.get(fingerprint, True)

    def hour_passes(self, number: int) -> None:
        """All documents of a later hour, as the sample network has them."""
        self.hour += number % 30 + 1
        self.records, self.away, self.results = self._sampled(), [], {}

    # What the sources do.

    def vanish(self, number: int) -> None:
        self.gone.add(list(DOCUMENTS)[number % len(DOCUMENTS)])

    def appear(self, number: int) -> None:
        name = list(DOCUMENTS)[number % len(DOCUMENTS)]
        self.gone.discard(name)
        self.broken.pop(name, None)
        self.stale.pop(name, None)

    def go_bad(self, number: int, how: int) -> None:
        """A document that is cut short, no JSON, empty, or a page of a proxy."""
        bodies = (b'{"version": "8.0", "relays', b"", b"\x00\xff", b"<html>", b"[" * 3000)
        self.broken[list(DOCUMENTS)[number % len(DOCUMENTS)]] = bodies[how % len(bodies)]

    def go_stale(self, number: int, hours: int) -> None:
        """A document stays as it was some hours before the others."""
        name = list(DOCUMENTS)[number % len(DOCUMENTS)]
        self.stale[name] = max(0, self.hour - hours % 200)

    def spoil_vote(self, number: int, how: int) -> None:
        """A vote, or the consensus, is gone from the source, or is cut short there."""
        self.votes.faults[NAMES[number % len(NAMES)]] = FAULTS[how % len(FAULTS)]

    def mend_votes(self) -> None:
        """All votes are there."""
        self.votes.faults = {}

    def count_votes(self, number: int) -> None:
        """The consensus of the hour is another one: it leaves a vote out, or none."""
        self.votes.uncounted = (None, *NAMES[:-1])[number % len(NAMES)]

    # What the project does.

    def edit_template(self, number: int, visible: int) -> None:
        """A template, macro or partial gets a comment, or a word that readers see."""
        files = sorted((self.code / "templates").rglob("*.html"))
        path = files[number % len(files)]
        self._edits += 1
        text = path.read_text()
        if visible % 2 and "</footer>" in text:
            text = text.replace("</footer>", f"edit {self._edits}</footer>")
        path.write_text(f"{text}{{# edit {self._edits} #}}\n")
        self.judge.edited(path)

    def edit_static(self, number: int) -> None:
        files = sorted((self.code / "templates" / "static").iterdir())
        path = files[number % len(files)]
        self._edits += 1
        path.write_bytes(path.read_bytes() + f"\n/* {self._edits} */\n".encode())

    def edit_code(self, number: int) -> None:
        """A module gets a comment: much may run, but nothing may be written."""
        files = sorted((self.code / "allium").rglob("*.py"))
        path = files[number % len(files)]
        self._edits += 1
        path.write_text(f"{path.read_text()}# edit {self._edits}\n")
        self.pristine = False
        self.judge.edited(path)

    def change_code(self, number: int) -> None:
        """A stage computes something else."""
        path = self.code / "allium" / "formatting.py"
        old = path.read_text()
        new = old.replace('NO_BREAK = "\\u00a0"', 'NO_BREAK = "\\u202f"')
        words = (("bit/s", "bps"), ("bps", "bit/s"), ("relays", "nodes"), ("nodes", "relays"))
        for before, after in words[number % 4 :]:
            if new == old:
                new = old.replace(f'"{before}"', f'"{after}"')
        self._edits += 1
        path.write_text(f"{new}# edit {self._edits}\n")
        self.pristine = False
        self.judge.edited(path)

    def choose(self, number: int) -> None:
        """A setting is set, or is taken back."""
        name = SETTINGS[number % len(SETTINGS)]
        if name in self.settings:
            self.settings.remove(name)
        else:
            self.settings.append(name)
        self.judge.chose()

    # What happens to the folders.

    def delete_page(self, number: int) -> None:
        if path := self._file(self.out, number):
            path.unlink()

    def edit_page(self, number: int) -> None:
        if path := self._file(self.out, number):
            path.write_bytes(path.read_bytes()[:10] + b" edited by hand")

    def truncate_page(self, number: int) -> None:
        if path := self._file(self.out, number):
            os.truncate(path, path.stat().st_size // 2)

    def delete_cached(self, number: int) -> None:
        if path := self._file(self.cache, number):
            path.unlink()
            self.judge.forgot()

    def damage_cached(self, number: int, how: int) -> None:
        """A file of the cache is cut, emptied, or has other bytes in it."""
        if path := self._file(self.cache, number):
            body = path.read_bytes()
            middle = len(body) // 2
            bodies = (body[:middle], b"", body[:middle] + b"\x00\xff\n" + body[middle:])
            path.write_bytes(bodies[how % 3])
            self.judge.forgot()

    def delete_cache(self, number: int) -> None:
        """The cache folder, or a folder in it, is gone."""
        folders = [self.cache, *sorted(path for path in self.cache.rglob("*") if path.is_dir())]
        shutil.rmtree(folders[number % len(folders)], ignore_errors=True)
        self.judge.forgot()

    def delete_site(self) -> None:
        shutil.rmtree(self.out, ignore_errors=True)

    def vanish_midway(self, moment: int, workers: int) -> None:
        """The site, or a page of it, is deleted in the middle of a build; judged is the next."""
        path = self._file(self.out, moment) if moment % 2 else None
        command = ["rm", "-rf", str(path or self.out)]
        trap = {"kind": "call", "command": command, "at": moment % 120 + 1, "children": 1}
        self.publish()
        done = self.run(spoken=True, workers=workers % 3, trap=trap)
        assert done.status in {0, 1, 2, 69}, (done.status, done.stderr)
        self.judge.forgot()

    def restore(self, second: int) -> None:
        """Cache and site are copies of what they were, with all times alike: nothing changed."""
        for folder in (self.cache, self.out):
            if not folder.exists():
                continue
            away = folder.with_name(f"{folder.name}-away")
            folder.rename(away)
            shutil.copytree(away, folder)
            shutil.rmtree(away)
            for path in folder.rglob("*"):
                os.utime(path, (second, second))

    def build_elsewhere(self, hours: int) -> None:
        """A build with another cache and of another hour writes into the same site."""
        place = self.folder / "elsewhere"
        source = place / "source"
        source.mkdir(parents=True)
        for name, stem in DOCUMENTS.items():
            document = _sample(name, self.hour + hours % 50 + 1)
            (source / f"{stem}.json").write_bytes(dumps(document))
        done = self.run(folder=place, source=source, out=self.out)
        assert done.status == 0, (done.status, done.stderr)
        shutil.rmtree(place)
        self.judge.forgot()

    def flip_cached(self, number: int, digit: int) -> None:
        """A digit in a file of the cache is another one; size and time are as they were."""
        path = self._file(self.cache, number)
        body = bytearray(path.read_bytes()) if path else bytearray()
        places = [place for place, byte in enumerate(body) if chr(byte).isdigit()]
        if path and places:
            place = places[number % len(places)]
            body[place] = ord("0") + (body[place] - ord("0") + 1 + digit % 9) % 10
            status = path.stat()
            path.write_bytes(body)
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
            self.judge.forgot()

    def swap_source(self, number: int) -> None:
        """A document is another one, of equal size and time; a build that runs all notices."""
        self.publish()
        record = self._relay(number)
        path = self.document("details")
        if path.exists():
            status = path.stat()
            weight = record.get("consensus_weight")
            if isinstance(weight, int) and not isinstance(weight, bool) and 10 <= weight < 10**9:
                record["consensus_weight"] = weight - 1 if weight % 10 else weight + 1
            self.publish()
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    def leave_litter(self, number: int) -> None:
        """Half a page, left by a build that was killed while it wrote it."""
        path = self._file(self.out, number)
        if path and not path.name.endswith(".allium-tmp"):
            site_record.outdate(str(self.out))
            path.with_name(f"{path.name}.allium-tmp").write_bytes(b"half")

    def accident(self, kind: int, moment: int, workers: int) -> None:
        """A build that meets an accident at one of its changes of files; judged is the next."""
        name = ACCIDENTS[kind % len(ACCIDENTS)]
        trap = {"kind": name, "at": moment % 120 + 1, "children": moment % 2}
        self.publish()
        done = self.run(spoken=True, workers=workers % 3, trap=trap)
        allowed = STATUSES.get(name, {0, 1, 2, 3, 65, 69, 78})
        assert done.status in allowed | {0, 1, 2, 3, 69, 143, 130}, (name, done.status, done.stderr)
        if name not in {"kill", "interrupt", "terminate"} and done.status:
            words = done.stdout + done.stderr
            assert words.strip(), f"{name} ended with {done.status} and no word"
        self.judge.forgot()

    # Builds.

    def build(self, zygote: int = 0, zone: int = 0, mask: int = 0o022, workers: int = 0) -> None:
        """Build as somebody may, and judge everything that is promised."""
        self.publish()
        self.judge.build(zygote=zygote, zone=zone, mask=mask, workers=workers)

    def run(
        self,
        *,
        folder: Path | None = None,
        source: Path | None = None,
        out: Path | None = None,
        zygote: int = 0,
        zone: int = 0,
        **order: Any,
    ) -> Build:
        """Run one build; its changes of files are in `self.trace`."""
        place = folder or self.folder
        place.mkdir(exist_ok=True)
        variables = [
            f"source={source or self.folder / 'source'}",
            f"out={out or place / 'www'}",
            f"cache={place / 'cache'}",
            "votes=true",
            "weights=true",
            *self.settings,
        ]
        seed = ZYGOTES[zygote % len(ZYGOTES)]
        if seed not in self.zygotes:
            self.zygotes[seed] = Zygote(*seed)
        World.counts["builds"] += 1
        workers = order.pop("workers", 0)
        done, self.trace = build(
            self.zygotes[seed],
            self.code,
            place,
            ["-n", str(workers), *variables],
            {"TZ": ZONES[zone % len(ZONES)]},
            pristine=self.pristine,
            umask=order.pop("mask", 0o022),
            **order,
        )
        return done

    def declared(self) -> dict[str, tuple[set[str], set[str]]]:
        """Return the inputs and targets that each task of the last build declares."""
        self.run(tasks=True)
        known = json.loads((self.folder / "tasks").read_text())
        return {name: (set(inputs), set(targets)) for name, (inputs, targets) in known.items()}

    def publish(self) -> None:
        """Write the source folder as the network now is; an equal document is left alone."""
        source = self.folder / "source"
        source.mkdir(exist_ok=True)
        for name in DOCUMENTS:
            path = self.document(name)
            if name in self.gone:
                path.unlink(missing_ok=True)
                continue
            body = self.broken[name] if name in self.broken else dumps(self._document(name))
            if not path.exists() or path.read_bytes() != body:
                path.write_bytes(body)
        self.votes.publish(source, RELAYS, self.stale.get("details", self.hour))

    def document(self, name: str) -> Path:
        """Return where the source has a document."""
        return self.folder / "source" / f"{DOCUMENTS[name]}.json"

    def _document(self, name: str) -> Document:
        document = _sample(name, self.stale.get(name, self.hour))
        if name == "details":
            return document | {"relays": self.records}
        if name == "aroi":
            known = {result["fingerprint"]: result for result in document["results"]}
            for fingerprint, valid in self.results.items():
                plain = {"domain": "cedar.example.net", "proof_type": "uri-rsa", "error": None}
                result = known.setdefault(fingerprint, plain | {"fingerprint": fingerprint})
                result["valid"] = valid
            return document | {"results": list(known.values())}
        return document

    def _sampled(self) -> list[Document]:
        relays: list[Document] = _sample("details", self.hour)["relays"]
        return relays

    def _relay(self, number: int) -> Document:
        return self.records[number % len(self.records)]

    @staticmethod
    def is_folder(path: str) -> bool:
        return Path(path).is_dir()

    @staticmethod
    def _set(record: Document, field: str, value: Any) -> None:
        if value is None:
            record.pop(field, None)
        else:
            record[field] = value

    @staticmethod
    def _file(folder: Path, number: int) -> Path | None:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        return files[number % len(files)] if files else None


def _sample(name: str, hour: int) -> Document:
    body = b"".join(sample.document(name, relays=RELAYS, hour=hour, seed=1))
    document: Document = json.loads(body)
    return document
