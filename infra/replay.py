#!/usr/bin/env python3
"""Replays changes of the table that notice-publisher gave up: `infra/replay.py --stack desk`.

A dead letter holds no records, only their place in the table's stream, which keeps them for a day. Each batch is read again
from there and given to the function as the stream would; what it handles leaves the queue, what it does not stays. Safe to
run twice: an event is told again with the same id, a notice that was sent is not sent again.

Needs boto3, and the right to read the stream and the queue and to invoke the function.
"""

import argparse
import json
import sys

import boto3


# A page holds up to a thousand records; a batch a hundred, and empty pages between.
PAGES = 100


def records(streams, place: dict) -> list[dict]:
    """The records of a dead letter, as Lambda hands them to a function."""
    iterator = streams.get_shard_iterator(
        StreamArn=place["streamArn"],
        ShardId=place["shardId"],
        ShardIteratorType="AT_SEQUENCE_NUMBER",
        SequenceNumber=place["startSequenceNumber"],
    )["ShardIterator"]
    found = []
    for _ in range(PAGES):
        page = streams.get_records(ShardIterator=iterator)
        for record in page["Records"]:
            found.append(record)
            if int(record["dynamodb"]["SequenceNumber"]) >= int(place["endSequenceNumber"]):
                return found
        # An empty page is not yet the end of a shard.
        iterator = page.get("NextShardIterator")
        if not iterator:
            break
    raise LookupError(f"the stream ends before {place['endSequenceNumber']}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stack", required=True, help="the stack's name")
    parser.add_argument("--look", action="store_true", help="tell what there is, and change nothing")
    options = parser.parse_args()

    stack = boto3.client("cloudformation").describe_stacks(StackName=options.stack)["Stacks"][0]
    queue = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}["StreamDeadLetters"]
    sqs, streams, functions = (boto3.client(name) for name in ("sqs", "dynamodbstreams", "lambda"))

    # A letter that was received is hidden from the next call; those that stay are shown again at the end.
    receive = {"QueueUrl": queue, "MaxNumberOfMessages": 10, "WaitTimeSeconds": 2, "VisibilityTimeout": 900}
    staying, left = [], 0
    while letters := sqs.receive_message(**receive).get("Messages", []):
        for letter in letters:
            place = json.loads(letter["Body"])["DDBStreamBatchInfo"]
            what = f"{place['batchSize']} records of {place['shardId']} from {place['startSequenceNumber']}"
            shown = {"QueueUrl": queue, "ReceiptHandle": letter["ReceiptHandle"]}
            try:
                batch = records(streams, place)
            except (streams.exceptions.TrimmedDataAccessException, LookupError) as gone:
                print(f"{what}: older than a day, the stream has let them go; the letter stays ({gone})")
                staying.append(shown)
                left += 1
                continue
            if options.look:
                print(f"{what}:")
                for record in batch:
                    keys = {name: value["S"] for name, value in record["dynamodb"]["Keys"].items()}
                    print(f"  {record['dynamodb']['SequenceNumber']} {record['eventName']} {keys['pk']} {keys['sk']}")
                staying.append(shown)
                continue
            event = json.dumps({"Records": batch}, default=lambda instant: instant.timestamp())
            answer = functions.invoke(FunctionName=f"{options.stack}-notice-publisher", Payload=event)
            told = json.loads(answer["Payload"].read() or "null")
            failed = told.get("batchItemFailures") if isinstance(told, dict) else None
            if "FunctionError" in answer or failed is None or failed:
                print(f"{what}: not handled: {json.dumps(told)[:500]}; the letter stays")
                staying.append(shown)
                left += 1
            else:
                sqs.delete_message(**shown)
                print(f"{what}: {len(batch)} handled")
    for shown in staying:
        sqs.change_message_visibility(**shown, VisibilityTimeout=0)
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
