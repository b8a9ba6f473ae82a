#!/usr/bin/env python3
"""Replays changes of the table that notice-publisher gave up: `infra/replay.py --stack desk`.

A dead letter holds no records, only their position in the table's stream, which keeps records for a day. The program reads each
batch again from the stream and passes it to the function as the stream would. A letter leaves the queue when the function handled
its batch; otherwise it stays. A replay can be repeated: an event is published again with the same id, and a sent notice is not
sent again.

The program needs boto3 and the permissions to read the stream and the queue and to invoke the function.
"""

import argparse
import json
import sys

import boto3
from botocore.config import Config


# At most so many pages are read: a page has up to a thousand records, a batch a hundred, and some pages are empty.
PAGES = 100


def records(streams, place: dict) -> list[dict]:
    """Reads the records of a dead letter, in the form in which Lambda passes them to a function."""
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
        # An empty page does not mean the end of the shard.
        iterator = page.get("NextShardIterator")
        if not iterator:
            break
    raise LookupError(f"the stream ends before {place['endSequenceNumber']}")


def tell(batch: list[dict]):
    """Prints the position and the key of each record."""
    for record in batch:
        keys = {name: value["S"] for name, value in record["dynamodb"]["Keys"].items()}
        print(f"  {record['dynamodb']['SequenceNumber']} {record['eventName']} {keys['pk']} {keys['sk']}")


def replay(functions, function: str, batch: list[dict]) -> list[dict]:
    """Passes records to the function, continues after each record that fails, and returns the failed records."""
    failed = []
    while batch:
        event = json.dumps({"Records": batch}, default=lambda instant: instant.timestamp())
        answer = functions.invoke(FunctionName=function, Payload=event)
        told = json.loads(answer["Payload"].read() or "null")
        if "FunctionError" in answer or not isinstance(told, dict):
            raise RuntimeError(f"{function}: {json.dumps(told)[:500]}")
        failures = [failure["itemIdentifier"] for failure in told["batchItemFailures"]]
        numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
        at = numbers.index(failures[0]) if failures else len(batch)
        failed += batch[at : at + 1]
        batch = batch[at + 1 :]
    return failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stack", required=True, help="the stack's name")
    parser.add_argument("--look", action="store_true", help="print the dead letters and change nothing")
    options = parser.parse_args()

    stack = boto3.client("cloudformation").describe_stacks(StackName=options.stack)["Stacks"][0]
    queue = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}["StreamDeadLetters"]
    sqs, streams = boto3.client("sqs"), boto3.client("dynamodbstreams")
    # Wait longer than the function may run, and do not retry: a second call would run in parallel with the first.
    functions = boto3.client("lambda", config=Config(read_timeout=90, retries={"max_attempts": 0}))

    # A received letter is hidden from the next call; the letters that stay become visible again at the end.
    receive = {"QueueUrl": queue, "MaxNumberOfMessages": 10, "WaitTimeSeconds": 2, "VisibilityTimeout": 900}
    staying, left = [], 0
    try:
        while letters := sqs.receive_message(**receive).get("Messages", []):
            staying += letters
            for letter in letters:
                place = json.loads(letter["Body"])["DDBStreamBatchInfo"]
                print(f"{place['batchSize']} records of {place['shardId']} from {place['startSequenceNumber']}:")
                try:
                    batch = records(streams, place)
                except (streams.exceptions.TrimmedDataAccessException, streams.exceptions.ResourceNotFoundException, LookupError) as gone:
                    print(f"  the stream has let them go, a day after they were written; the letter stays ({gone})")
                    left += 1
                    continue
                if options.look:
                    tell(batch)
                elif failed := replay(functions, f"{options.stack}-notice-publisher", batch):
                    print(f"  {len(batch) - len(failed)} handled; the letter stays for:")
                    tell(failed)
                    left += 1
                else:
                    sqs.delete_message(QueueUrl=queue, ReceiptHandle=letter["ReceiptHandle"])
                    staying.remove(letter)
                    print(f"  {len(batch)} handled")
    finally:
        for letter in staying:
            sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=letter["ReceiptHandle"], VisibilityTimeout=0)
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
