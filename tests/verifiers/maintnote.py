#!/usr/bin/env python3
"""PO-06: the calendar of planned outages, captured from the running desk and read back by the parsers that carriers use.

    python tests/verifiers/maintnote.py [PROGRAM]

PROGRAM is the desk, `target/debug/local-desk` of the workspace when left out, which is built then. Each field of each entry is
held against what was written through the API, by `circuit-maintenance-parser` and by `icalendar`.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime, timezone
from pathlib import Path

from circuit_maintenance_parser import NotificationData, init_provider
from circuit_maintenance_parser.provider import GenericProvider
from icalendar import Calendar

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
NOW = "2026-03-04T18:00:00Z"
OUTAGES = "/cmp/v1/plannedOutage"

# What nobody would write, but somebody does.
WORDS = [
    "Database upgrade",
    "one, two; three\\four: \"five\"",
    "first\nsecond\nthird",
    "END:VEVENT\nBEGIN:VEVENT\nX-MAINTNOTE-STATUS:CANCELLED",
    "😀 👩‍👩‍👧‍👦 é 老虎 " * 100,
    "😀,;\\" * 2_500,
    "x" * 10_000,
]


class Desk:
    """The running desk."""

    def __init__(self, program: str, data: str):
        command = [program, "--port", "0", "--data", data, "--now", NOW, "--speed", "0"]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                self.base = found[0]
                break
        else:
            raise SystemExit("the desk did not start")
        self.tokens = {}

    def stop(self):
        self.process.kill()
        self.process.wait()

    def ask(self, method: str, path: str, body=None, client="desk", raw=False):
        request = urllib.request.Request(self.base + path, method=method)
        if client:
            request.add_header("Authorization", f"Bearer {self.token(client)}")
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request) as answer:
            content = answer.read()
            return (content, answer.headers) if raw else json.loads(content)

    def token(self, client: str) -> str:
        if client not in self.tokens:
            form = {"grant_type": "client_credentials", "client_id": client, "client_secret": "local"}
            data = urllib.parse.urlencode(form).encode()
            with urllib.request.urlopen(self.base + "/oauth2/token", data) as answer:
                self.tokens[client] = json.load(answer)["access_token"]
        return self.tokens[client]

    def calendar(self) -> bytes:
        content, headers = self.ask("GET", f"{OUTAGES}/calendar.ics", client=None, raw=True)
        assert headers["Content-Type"] == "text/calendar; charset=utf-8", headers["Content-Type"]
        return content


def seconds(instant: str) -> int:
    return round(datetime.fromisoformat(instant.replace("Z", "+00:00")).timestamp())


def scheduled(desk: Desk, day: int, words: str, impact: str | None) -> dict:
    body = {
        "interface": "IMA" if day % 2 else "EDI, \"batch\"; night",
        "description": words,
        "impact": {"geographicArea": "CO"},
        "start": f"2026-03-{day:02}T04:00:00Z",
        "stop": f"2026-03-{day:02}T08:00:00Z",
    } | ({"maintenanceImpact": impact} if impact else {})
    return desk.ask("POST", OUTAGES, body)


def read_back(calendar: bytes, outages: dict[str, dict]):
    """Both parsers' readings, held against what the API says of each outage, and what status and sequence are expected."""
    maintenances = GenericProvider().get_maintenances(NotificationData.init_from_raw("ical", calendar))
    assert init_provider("genericprovider").__class__ is GenericProvider
    events = {str(event["UID"]): event for event in Calendar.from_ical(calendar).walk("VEVENT")}
    assert len(maintenances) == len(events) == len(outages), (len(maintenances), len(events), len(outages))
    for read in maintenances:
        outage, status, sequence, stop, stamp = outages[read.maintenance_id]
        name = outage["interface"]
        expected = {
            "provider": "Provider",
            "account": "ALL",
            "maintenance_id": outage["id"],
            "status": status,
            "start": seconds(outage["start"]),
            "end": seconds(stop),
            "stamp": seconds(stamp),
            "organizer": "mailto:wshd@provider.example",
            "uid": f"{outage['id']}@provider.example",
            "sequence": sequence,
            "summary": f"{'Cancelled: p' if status == 'CANCELLED' else 'P'}lanned outage of {name}",
        }
        found = {field: getattr(read, field) for field in expected}
        found["status"] = read.status.value
        assert found == expected, f"{found}\nis not\n{expected}"
        circuits = [(circuit.circuit_id, circuit.impact.value) for circuit in read.circuits]
        assert circuits == [(name, outage["maintenanceImpact"])], circuits
        event = events[expected["uid"]]
        assert outage["description"] in str(event["DESCRIPTION"]), outage["id"]
        assert event["DTSTART"].dt == datetime.fromtimestamp(expected["start"], timezone.utc)
        assert str(event["STATUS"]) == ("CANCELLED" if status == "CANCELLED" else "CONFIRMED")
        assert str(event["X-MAINTNOTE-STATUS"]) == status and str(event["X-MAINTNOTE-OBJECT-ID"]) == name
        for demanded in ("DTSTAMP", "DTEND", "SUMMARY", "ORGANIZER", "SEQUENCE", "LAST-MODIFIED", "X-MAINTNOTE-IMPACT"):
            assert demanded in event, demanded


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else None
    if not program:
        subprocess.run(["cargo", "build", "--quiet", "--locked", "-p", "local-desk"], cwd=ROOT, check=True)
        target = os.environ.get("CARGO_TARGET_DIR", ROOT / "target")
        program = str(Path(target) / "debug" / "local-desk")
    with tempfile.TemporaryDirectory() as data:
        desk = Desk(program, data)
        try:
            impacts = [None, "NO-IMPACT", "REDUCED-REDUNDANCY", "DEGRADED", "OUTAGE", None, None]
            made = [scheduled(desk, 10 + at, words, impact) for at, (words, impact) in enumerate(zip(WORDS, impacts))]
            told = {outage["id"]: (outage, "CONFIRMED", 0, outage["stop"], NOW) for outage in made}
            read_back(desk.calendar(), told)
            # The first ends, the second begins, the third is cancelled, the fourth changes.
            first, second, third, fourth, *rest = made
            desk.ask("POST", f"{OUTAGES}/{third['id']}/cancellation", {"reason": "no, need; at\nall"})
            fourth = desk.ask("PATCH", f"{OUTAGES}/{fourth['id']}", {"stop": "2026-03-13T09:30:00Z"})
            desk.ask("POST", "/local/clock", {"now": "2026-03-10T05:00:00Z"}, client=None)
            desk.ask("POST", f"{OUTAGES}/{first['id']}/end", {"detail": "as planned, or so"})
            desk.ask("POST", "/local/clock", {"now": "2026-03-11T05:00:00Z"}, client=None)
            # Each was reminded of a day before it began, those behind it are not yet.
            expected = {
                first["id"]: (first, "COMPLETED", 3, "2026-03-10T05:00:00Z", "2026-03-10T05:00:00Z"),
                second["id"]: (second, "IN-PROCESS", 2, second["stop"], second["start"]),
                third["id"]: (third, "CANCELLED", 1, third["stop"], NOW),
                fourth["id"]: (fourth, "CONFIRMED", 1, "2026-03-13T09:30:00Z", NOW),
            }
            for outage in rest:
                expected[outage["id"]] = (outage, "CONFIRMED", 0, outage["stop"], NOW)
            read_back(desk.calendar(), expected)
        finally:
            desk.stop()
    print(f"the calendar of {len(made)} planned outages reads back, field by field")


if __name__ == "__main__":
    main()
