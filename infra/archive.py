#!/usr/bin/env python3
"""Imports past change requests (CR-19): `infra/archive.py data/change-requests.json`.

The file is a JSON array. Each element is a change request as a public page printed it, with its dated steps. The program sends
the file in parts to the API, as the CMP Manager, and prints one report: how many change requests were imported, which were not
and why, where the histories depart from the work flow, with the rule, and how the deadlines were kept. The import can be
repeated: the same file gives the same report. The program needs only Python.
"""

import argparse
import base64
import hashlib
import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter

# A request may have at most 500 change requests and 6 MB.
PART = 200
LISTS = ("duplicates", "refused", "deviations", "unexplainedSteps", "notes", "judgements")
COUNTS = ("read", "imported", "unexplained")
# The delay of a presentation is counted in meetings after the due meeting.
AT_MEETINGS = ("presentation", "responsePresentation")


def ask(url: str, body: bytes, headers: dict) -> dict:
    """Posts a request and returns its answer; a refused request ends the program."""
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refused:
        sys.exit(f"{url}: {refused.code} {refused.read().decode(errors='replace')}")
    except urllib.error.URLError as error:
        sys.exit(f"{url}: {error.reason}")


def token(url: str, client: str, secret: str) -> str:
    """Gets a token by client credentials."""
    basic = base64.b64encode(f"{client}:{secret}".encode()).decode()
    body = urllib.parse.urlencode({"grant_type": "client_credentials", "client_id": client}).encode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
    return ask(url, body, headers)["access_token"]


def add(report: dict, part: dict, before: int):
    """Adds the report of a part, which begins after `before` elements of the file."""
    for name in COUNTS:
        report[name] = report.get(name, 0) + part[name]
    for name in LISTS:
        for row in part[name]:
            if "at" in row:
                row["at"] += before
        report.setdefault(name, []).extend(part[name])
    report["rules"] = dict(sorted((Counter(report.get("rules", {})) + Counter(part["rules"])).items()))
    judged = report.setdefault("judged", {})
    for kind, deadlines in part["judged"].items():
        for deadline, tally in deadlines.items():
            sums = judged.setdefault(kind, {}).setdefault(deadline, {"inTime": 0, "late": 0, "notJudged": 0, "distribution": {}})
            for name in ("inTime", "late", "notJudged"):
                sums[name] += tally[name]
            for took, many in tally["distribution"].items():
                sums["distribution"][took] = sums["distribution"].get(took, 0) + many


def shown(report: dict):
    """Prints the report for people."""
    left = f"{len(report['duplicates'])} there already, {len(report['refused'])} refused"
    print(f"{report['read']} read: {report['imported']} imported, {left}")
    for row in report["duplicates"]:
        print(f"  {row['changeRequest']} (element {row['at']}): {row['detail']}")
    for row in report["refused"]:
        print(f"  {row['changeRequest'] or 'no number'} (element {row['at']}):")
        for fault in row["faults"]:
            print(f"    {fault['field']} {fault['detail']}".rstrip())

    print("\nDeadlines")
    for kind, deadlines in report["judged"].items():
        for deadline, tally in deadlines.items():
            judged = tally["inTime"] + tally["late"]
            line = f"  {kind:15} {deadline:21} {tally['inTime']:3} of {judged:3} in time, {tally['notJudged']:3} not judged"
            if judged:
                unit = "meetings behind" if deadline in AT_MEETINGS else "business days"
                took = sorted((int(took), many) for took, many in tally["distribution"].items())
                line += f"; {unit}: " + ", ".join(f"{took}: {many}" for took, many in took)
            print(line)

    rules = ", ".join(f"{rule}: {many}" for rule, many in report["rules"].items())
    print(f"\n{len(report['deviations'])} deviations, {report['unexplained']} unexplained steps" + (f" ({rules})" if rules else ""))
    for row in report["deviations"]:
        date = row.get("date") or "no date"
        print(f"  {row['changeRequest']:16} {date:10} {row['rule']} {row['action']} at {row['step']}: {row['detail']}")
    for row in report["unexplainedSteps"]:
        print(f"  UNEXPLAINED {row['changeRequest']} {row['date']} {row['action']}: {row['detail']}")
    if report["notes"]:
        print("\nNotes")
    for row in report["notes"]:
        print(f"  {row['changeRequest']:16} {row['field']} {row['detail']}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", help="the archive's file, a JSON array; `-` is the standard input")
    parser.add_argument("--desk", default="http://127.0.0.1:8080", help="the API's address (default: %(default)s)")
    parser.add_argument("--token-url", help="where tokens are issued (default: /oauth2/token of the API's address)")
    parser.add_argument("--client", default="desk", help="a client with the role cmpManager (default: %(default)s)")
    parser.add_argument("--secret", default=os.environ.get("DESK_SECRET", "local"), help="its secret (default: DESK_SECRET, or local)")
    parser.add_argument("--json", action="store_true", help="print the API's report as JSON")
    options = parser.parse_args()

    with sys.stdin.buffer if options.file == "-" else open(options.file, "rb") as file:
        elements = json.load(file)
    if not isinstance(elements, list):
        sys.exit(f"{options.file} is no JSON array")
    desk = options.desk.rstrip("/")
    bearer = token(options.token_url or f"{desk}/oauth2/token", options.client, options.secret)
    report: dict = {}
    for before in range(0, max(len(elements), 1), PART):
        body = json.dumps(elements[before : before + PART]).encode()
        headers = {
            "Authorization": f"Bearer {bearer}",
            "Content-Type": "application/json",
            # The same part of the same file makes the same request.
            "Idempotency-Key": "archive-" + hashlib.sha256(body).hexdigest()[:32],
        }
        add(report, ask(f"{desk}/cmp/v1/archive", body, headers), before)
    print(json.dumps(report, indent=2)) if options.json else shown(report)
    return 1 if report["unexplained"] or report["refused"] else 0


if __name__ == "__main__":
    sys.exit(main())
