"""A typed client that a generator makes of the API's description walks README's tour: `python tests/verifiers/typed_client.py`.

The client refuses an answer without a field that is described as required, or with a value of another type, and cannot send what is
not described. So the walk fails where the description and the desk differ.
"""

import importlib
import json
import re
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from datetime import datetime, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DESCRIPTION = ROOT / "functions/api-description/openapi.json"
# A Friday evening in Denver, half an hour before the help desk closes.
BEGINNING = "2026-03-07T02:30:00Z"


def generate(folder: str):
    """The client's package, as the generator writes it."""
    generator = Path(sys.executable).parent / "openapi-generator-cli"
    command = [generator, "generate", "-g", "python", "-i", DESCRIPTION, "-o", folder]
    command += ["--additional-properties", "packageName=desk_client"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    sys.path.insert(0, folder)
    return importlib.import_module("desk_client")


class Client:
    """Each group of operations for one client of the desk, and the models of bodies."""

    def __init__(self, package, desk: str, name: str):
        form = {"grant_type": "client_credentials", "client_id": name, "client_secret": "local"}
        with urllib.request.urlopen(f"{desk}/oauth2/token", urllib.parse.urlencode(form).encode()) as answer:
            token = json.load(answer)["access_token"]
        configuration = package.Configuration(host=desk)
        configuration.access_token = token
        connection = package.ApiClient(configuration)
        connection.default_headers["Authorization"] = f"Bearer {token}"
        self.tickets = package.TroubleTicketApi(connection)
        self.subscriptions = package.SubscriptionApi(connection)
        self.outages = package.PlannedOutageApi(connection)
        self.change_requests = package.ChangeRequestApi(connection)
        self.cases = package.CaseApi(connection)


def turn(desk: str, now: str):
    with urllib.request.urlopen(f"{desk}/local/clock", json.dumps({"now": now}).encode()) as answer:
        assert json.load(answer)["now"] == now


def deliveries(desk: str) -> list:
    with urllib.request.urlopen(f"{desk}/local/deliveries") as answer:
        return json.load(answer)


def refused(package, status: int, call, *arguments, **named) -> str:
    """What a refusal says of the request that is refused."""
    try:
        call(*arguments, **named)
    except package.ApiException as refusal:
        assert refusal.status == status, refusal
        return package.ProblemDocument.from_json(refusal.body).detail
    raise AssertionError("it was not refused")


def walk(package, desk: str):
    alpha, beta, own = (Client(package, desk, name) for name in ("alpha", "beta", "desk"))

    for clec, client in (("alpha", alpha), ("beta", beta)):
        wanted = package.SubscriptionCreate(
            channel="email", endpoint=f"noc@{clec}.example", notices=["event", "target"]
        )
        subscription = client.subscriptions.subscribe(wanted)
        token = deliveries(desk)[-1]["token"]
        confirmed = client.subscriptions.confirm(subscription.id, package.Confirmation(token=token))
        assert confirmed.status == "confirmed", confirmed

    report = package.TroubleTicketCreate(
        description="All our orders are rejected", severity=package.SeverityChangeSeverity(2),
        ticket_type="systems", system_affected="IMA",
        contact=package.Person(name="Ann", phone="+1 303 555 0100"),
    )
    first = alpha.tickets.report(report, idempotency_key="tour-1")
    assert first.description == "All our orders are rejected" and first.severity == "serious", first
    assert first.contact.name == "Ann" and first.system_affected == "IMA", first
    again = alpha.tickets.report_with_http_info(report, idempotency_key="tour-1")
    assert again.data.id == first.id and again.headers["idempotency-replayed"] == "true", again
    assert "no such thing" in refused(package, 404, beta.tickets.read, first.id)

    timeline = alpha.tickets.timeline(first.id)
    assert timeline.clock[-1].rule.hours == "openingPlusGrace", timeline.clock
    assert {fact.fact for fact in timeline.history[0].facts} == {"opened"}, timeline.history
    until = datetime(2026, 3, 7, 16, tzinfo=timezone.utc)
    forecast = alpha.tickets.forecast(first.id, until)
    assert len(forecast.to_dict()["notices"]) == 3, forecast

    turn(desk, "2026-03-07T16:00:00Z")
    second = beta.tickets.report(
        package.TroubleTicketCreate(
            description="Orders bounce", severity=package.SeverityChangeSeverity("serious"),
            ticket_type="systems", system_affected="IMA",
        )
    )
    update = package.TroubleTicketUpdate(status="inProgress", event_description="IMA rejects all orders")
    assert own.tickets.update(first.id, update).status == "inProgress"
    linked = own.tickets.link(second.id, package.Link(primary=first.id))
    assert linked.trouble_ticket_relationship, linked
    closing = package.Close(disposition="resolved", resolution="An edit was corrected")
    assert own.tickets.close(first.id, closing).disposition == "resolved"
    assert beta.tickets.read(second.id).status == "closed"
    reopened = beta.tickets.reopen(second.id, package.Reopen(reason="our orders are still rejected"))
    assert reopened.status == "inProgress", reopened
    escalation = package.TechnicalEscalation(
        reason="still rejected", contact=package.TechnicalEscalationContact("Lee, +1 303 555 0100")
    )
    escalated = beta.cases.technical_escalation(second.id, escalation)
    assert [case.kind for case in escalated.case] == ["technicalEscalation"], escalated.case
    assert [ticket.id for ticket in beta.tickets.list_trouble_ticket(status=["inProgress"])] == [second.id]

    outage = own.outages.schedule(
        package.PlannedOutageCreate(
            interface="IMA", description="Database upgrade",
            impact=package.Impact(business_implications="orders wait"),
            start="2026-03-10T06:00:00Z", stop="2026-03-10T09:00:00Z",
        )
    )
    taken = package.PositionTaken(position="object", reason="we migrate that night")
    assert beta.outages.take_position(outage.id, taken).position == "object"
    moved = package.PlannedOutageUpdate(start="2026-03-11T06:00:00Z", stop="2026-03-11T09:00:00Z")
    assert own.outages.change_planned_outage(outage.id, moved).stop.day == 11
    own.outages.answer_position(outage.id, "beta", package.PositionAnswer(answer="moved by a day"))
    assert "BEGIN:VCALENDAR" in beta.outages.read_calendar()

    form = package.ChangeRequestCreate(
        kind="systems", title="One document for EDI", description="A single source document",
        contact="Ann, +1 303 555 0100",
    )
    request = alpha.change_requests.submit_change_request(form)
    assert "no such thing" in refused(package, 404, beta.change_requests.read_change_request, request.id)
    own.change_requests.acknowledge_change_request(request.id, {})
    posted = own.change_requests.post_change_request(request.id, {})
    assert posted.number == "SCR030726-01" and len(posted.deadlines) == 5, posted
    assert beta.change_requests.read_change_request(posted.number).title == "One document for EDI"
    assert "is not possible" in refused(package, 409, own.change_requests.issue_response, posted.number, {})

    past = json.loads((ROOT / "tests/data/change-requests.json").read_text())
    imported = own.change_requests.import_archive([package.PastChangeRequest.from_dict(one) for one in past])
    assert imported.imported == 63, imported
    print("a generated client walks README's tour")


def main():
    with tempfile.TemporaryDirectory() as data, tempfile.TemporaryDirectory() as folder:
        package = generate(folder)
        command = ["cargo", "run", "--quiet", "--locked", "--", "--port", "0", "--data", data]
        command += ["--now", BEGINNING, "--speed", "0"]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as desk:
            try:
                ready = re.match(r"desk ready on (\S+)", desk.stdout.readline())
                assert ready, "the desk did not start"
                walk(package, ready[1])
            finally:
                desk.terminate()


if __name__ == "__main__":
    main()
