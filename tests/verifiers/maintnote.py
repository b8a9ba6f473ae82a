#!/usr/bin/env python3
"""PO-06: the calendar of planned outages, captured from the running desk and read back by the parsers that carriers use.

    python tests/verifiers/maintnote.py [PROGRAM]

PROGRAM is the desk, `target/debug/local-desk` of the workspace when left out, which is built then. Each field of each entry is
held against what was written through the API, by `circuit-maintenance-parser`, by `icalendar` and by `ics`; then whatever the API
takes of a few hundred odd outages, made by chance from a seed that is printed.
"""

import json
import os
import random
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime, timedelta, timezone
from pathlib import Path

import ics
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
        # What people wrote is set off line by line.
        assert outage["description"].replace("\n", "\n> ") in str(event["DESCRIPTION"]), outage["id"]
        assert event["DTSTART"].dt == datetime.fromtimestamp(expected["start"], timezone.utc)
        assert str(event["STATUS"]) == ("CANCELLED" if status == "CANCELLED" else "CONFIRMED")
        assert str(event["X-MAINTNOTE-STATUS"]) == status and str(event["X-MAINTNOTE-OBJECT-ID"]) == name
        for demanded in ("DTSTAMP", "DTEND", "SUMMARY", "ORGANIZER", "SEQUENCE", "LAST-MODIFIED", "X-MAINTNOTE-IMPACT"):
            assert demanded in event, demanded


def instant(by: random.Random) -> str:
    """One that a person, or a program of a carrier, could write: most of them sound."""
    at = datetime(2026, 3, 5, tzinfo=timezone.utc) + timedelta(seconds=by.randrange(86_400 * 300))
    sound = [at.strftime("%Y-%m-%dT%H:%M:%SZ"), at.strftime("%Y-%m-%dT%H:%M:%S-07:00"), at.strftime("%Y-%m-%dT%H:%M:00+05:45")]
    odd = [
        at.strftime("%Y-%m-%dT%H:%M:60Z"),
        at.strftime("%Y-%m-%dT23:59:60Z"),
        at.strftime("%Y-%m-%dT%H:%M:%S.25Z"),
        at.strftime("0000-%m-%dT%H:%M:%SZ"),
        at.strftime("9999-%m-%dT%H:%M:%S-23:59"),
        at.strftime("%Y-%m-%dt%H:%M:%Sz"),
    ]
    return by.choice(sound * 6 + odd)


def words(by: random.Random, breaks: str = "") -> str:
    """A line of what calendars, mails and people get wrong. No backslash: before a semicolon, `icalendar` takes it away when it reads."""
    alphabet = breaks + "ab ,;:\"=nN\u00e9\u200b\U0001f600\u8001"
    # Separators and turned directions are no text: they are refused.
    refused = by.choice("\u2028\u202e\u2029") if by.random() < 0.05 else ""
    return "".join(by.choice(alphabet) for _ in range(by.randrange(2, 60))) + refused + "."


def by_chance(desk: Desk, by: random.Random, count: int) -> tuple[dict[str, dict], int]:
    """The outages that the API took, and how many it refused; each refusal is one of a field."""
    taken, refused = {}, 0
    for _ in range(count):
        start = instant(by)
        try:
            stop = datetime.fromisoformat(start.upper().replace("Z", "+00:00")) + timedelta(minutes=by.randrange(-1, 2_000), seconds=by.randrange(2))
            stop = stop.isoformat() if by.random() < 0.8 else instant(by)
        except (ValueError, OverflowError):
            stop = instant(by)
        body = {"interface": words(by), "description": words(by, "\r\n\n\t"), "impact": {"geographicArea": words(by)}, "start": start, "stop": stop}
        try:
            outage = desk.ask("POST", OUTAGES, body)
            taken[outage["id"]] = outage
        except urllib.error.HTTPError as answer:
            assert answer.code == 400, (answer.code, body)
            if os.environ.get("WHY"): print(json.load(answer).get("errors"))
            refused += 1
    return taken, refused


def reads_back_three_times(calendar: bytes, outages: dict[str, dict]):
    """Each parser finds each outage once, with its window and what it is of."""
    text = calendar.decode()
    maintenances = GenericProvider().get_maintenances(NotificationData.init_from_raw("ical", calendar))
    by_circuit = {of.maintenance_id: (of.start, of.end, of.circuits[0].circuit_id) for of in maintenances}
    events = Calendar.from_ical(calendar).walk("VEVENT")
    by_icalendar = {
        str(of["X-MAINTNOTE-MAINTENANCE-ID"]): (of["DTSTART"].dt.timestamp(), of["DTEND"].dt.timestamp(), str(of["X-MAINTNOTE-OBJECT-ID"]))
        for of in events
    }
    by_ics = {of.uid.split("@")[0]: (of.begin.timestamp(), of.end.timestamp(), of.name) for of in ics.Calendar(text).events}
    for number, outage in outages.items():
        window = (seconds(outage["start"]), seconds(outage["stop"]))
        assert window[0] < window[1], outage
        line = " ".join(outage["interface"].split())
        assert by_circuit[number] == (*window, line), (by_circuit[number], outage)
        assert by_icalendar[number] == (*window, line), (by_icalendar[number], outage)
        assert by_ics[number] == (*window, f"Planned outage of {line}"), (by_ics[number], outage)
    assert len(maintenances) == len(events) == len(by_ics) == len(outages)


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
    seed = int(os.environ.get("SEED", random.randrange(1_000_000)))
    with tempfile.TemporaryDirectory() as data:
        desk = Desk(program, data)
        try:
            taken, refused = by_chance(desk, random.Random(seed), 300)
            reads_back_three_times(desk.calendar(), taken)
        finally:
            desk.stop()
    assert len(taken) > 100, (len(taken), refused)
    print(f"{len(taken)} outages that the API took read back by three parsers, {refused} it refused (SEED={seed})")


if __name__ == "__main__":
    main()
