"""A listener written by others accepts what the desk sends: `python tests/verifiers/webhook.py`.

Runs the local desk, listens at its hub, reports a trouble and works it, and checks each event with the library of Standard
Webhooks, which is what a listener's people would take.
"""

import json
import re
import subprocess
import tempfile
import threading
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

ROOT = Path(__file__).resolve().parents[2]
BASE = "/tmf-api/troubleTicket/v4"


class Listener(BaseHTTPRequestHandler):
    posted = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.posted.append((body, {name.lower(): value for name, value in self.headers.items()}))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def call(method: str, url: str, body: dict, token: str) -> dict:
    """A call of the API, and what it answers."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def refuses(webhook: Webhook, body: bytes, headers: dict) -> bool:
    """Whether the library does not take it."""
    try:
        webhook.verify(body, headers)
    except WebhookVerificationError:
        return True
    return False


def listen(desk: str, callback: str):
    form = {"grant_type": "client_credentials", "client_id": "desk", "client_secret": "local"}
    with urllib.request.urlopen(f"{desk}/oauth2/token", urllib.parse.urlencode(form).encode()) as answer:
        token = json.load(answer)["access_token"]
    listener = call("POST", f"{desk}{BASE}/hub", {"callback": callback}, token)
    # Of more than one byte a letter: what is signed is what is sent, byte by byte.
    trouble = {"description": "Aufträge – zurückgewiesen ✗", "severity": "serious", "ticketType": "systems"}
    ticket = call("POST", f"{desk}{BASE}/troubleTicket", trouble, token)
    call("PATCH", f"{desk}{BASE}/troubleTicket/{ticket['id']}", {"status": "inProgress"}, token)
    # A write answers when the events that follow from it were tried.
    types = [json.loads(body)["eventType"] for body, _ in Listener.posted]
    assert types == ["TroubleTicketCreateEvent", "TroubleTicketStatusChangeEvent"], types
    webhook, other = Webhook(listener["secret"]), Webhook("whsec_" + "A" * 44)
    for body, headers in Listener.posted:
        event = webhook.verify(body, headers)
        assert event["eventId"] == headers["webhook-id"], event
        assert event["event"]["troubleTicket"]["id"] == ticket["id"], event
        assert refuses(webhook, body + b" ", headers)
        assert refuses(webhook, body, headers | {"webhook-id": "another"})
        assert refuses(webhook, body, headers | {"webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)})
        assert refuses(other, body, headers)
    print(f"the library of Standard Webhooks takes {' and '.join(types)}, and nothing else")


def main():
    server = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as data:
        command = ["cargo", "run", "--quiet", "--locked", "--", "--port", "0", "--data", data]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as desk:
            try:
                ready = re.match(r"desk ready on (\S+)", desk.stdout.readline())
                assert ready, "the desk did not start"
                listen(ready[1], f"http://127.0.0.1:{server.server_port}/events")
            finally:
                desk.terminate()


if __name__ == "__main__":
    main()
