"""Shows that the journey would notice: each fault is made in a copy of the template, and must fail the step that it harms.

`python infra/deployed/faults.py [NAME ...]`, all of them when none is named.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from desk import ROOT

# Name: the resource, what is there, what is put in its place, and the step that must fail.
FAULTS = {
    "wrong-attribute": ("NoticePublisher", "!GetAtt Table.StreamArn", "!GetAtt Table.Stream", "the stack is deployed"),
    "open-route": ("GetTroubleTicketProxyRoute", "AuthorizationType: JWT", "AuthorizationType: NONE", "the gateway"),
    "missing-route": ("SubscribeRoute", "/cmp/v1/subscription", "/cmp/v1/elsewhere", "both CLECs subscribe"),
    "intake-may-not-write": ("TicketIntakeRole", "dynamodb:PutItem", "dynamodb:DescribeTable", "alpha reports"),
    "intake-may-not-read": ("TicketIntakeRole", "dynamodb:BatchGetItem", "dynamodb:DescribeTable", "alpha reports"),
    "publisher-may-not-publish": ("NoticePublisherRole", "sns:Publish", "sns:GetTopicAttributes", "the stream wakes"),
    "publisher-may-not-tell": ("NoticePublisherRole", "events:PutEvents", "events:DescribeEventBus", "the bus wakes"),
    "deaf-hub": ("TicketEvents", "ticket.opened", "ticket.opend", "the bus wakes"),
    "stream-of-keys": ("Table", "NEW_AND_OLD_IMAGES", "KEYS_ONLY", "the stream wakes"),
    "check-may-not-look": ("IntervalCheckRole", "index/due", "index/byTime", "the schedule fires"),
    "documents-may-not-come": ("ChangeRequestAttachmentRole", "s3:PutObject", "s3:GetObjectTagging", "it is worked"),
    "rare-schedule": ("EveryMinute", "rate(1 minute)", "rate(1 hour)", "the schedule fires"),
}


def with_fault(template: str, resource: str, there: str, instead: str) -> str:
    """The template with something of one resource replaced."""
    block = re.search(rf"^  {resource}:\n(?:(?:    .*)?\n)+", template, re.MULTILINE)
    assert block and there in block[0], f"{resource} has no {there}: this fault is out of date"
    return template[: block.start()] + block[0].replace(there, instead) + template[block.end() :]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--template", type=Path, default=ROOT / "infra/template.yaml")
    arguments.add_argument("--archives", type=Path, default=ROOT / "target/lambda")
    arguments.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(FAULTS)}")
    asked = arguments.parse_args()
    unnoticed = 0
    for name in asked.names or FAULTS:
        resource, there, instead, harmed = FAULTS[name]
        begun = time.monotonic()
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as copy:
            copy.write(with_fault(asked.template.read_text(), resource, there, instead))
            copy.flush()
            journey = [sys.executable, str(Path(__file__).with_name("journey.py"))]
            journey += ["--template", copy.name, "--archives", str(asked.archives)]
            done = subprocess.run(journey, capture_output=True, text=True)
        last = (done.stdout.splitlines() or ["nothing was tried"])[-1]
        noticed = done.returncode != 0 and re.match(rf"FAILED.*  {re.escape(harmed)}", last)
        unnoticed += not noticed
        verdict = "noticed" if noticed else "NOT NOTICED"
        print(f"{verdict} {time.monotonic() - begun:6.1f} s  {name}: {resource}: {instead} for {there}", flush=True)
        print(f"        {last}", *[line for line in done.stderr.splitlines() if line][:1], sep="\n        ", flush=True)
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
