"""Decides commands of orders from Python: the rules are the script, Python keeps the events.

npm run build && node docs/examples/json/build.mjs
python3 docs/examples/json/decide.py
"""

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SCRIPT = HERE.parents[2] / ".build" / "json" / "order.js"


class Rules:
    """One child process that lives as long as it is used: a line in, a line out."""

    def __init__(self, script):
        self._child = subprocess.Popen(
            ["node", str(HERE / "lines.mjs"), str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._child.stdin.close()
        self._child.wait()

    def decide(self, before, command):
        """What a command does. `before` holds all events so far, or the state after them."""
        texts = [json.dumps(before), json.dumps(command)]
        self._child.stdin.write(json.dumps(texts) + "\n")
        self._child.stdin.flush()
        line = self._child.stdout.readline()
        if line == "":
            raise RuntimeError("the rules have ended")
        return json.loads(line)


def main(script):
    events = []  # a table in your database
    commands = [
        {"type": "CreateOrder", "customerId": "VINET", "currency": "USD"},
        {"type": "AddLine", "productId": "11", "quantity": 12, "unitPrice": 1400, "discount": 0},
        {"type": "ChangeStatus", "newStatus": "shipped"},
        {"type": "SetShipping", "amount": "free"},
        {"type": "ChangeStatus", "newStatus": "confirmed"},
    ]
    with Rules(script) as rules:
        for command in commands:
            answer = rules.decide({"type": "Events", "events": events}, command)
            if answer["type"] == "Accepted":
                events += answer["events"]
                print(command["type"], "->", [event["type"] for event in answer["events"]])
            elif answer["type"] == "Rejected":
                print(command["type"], "-> refused:", answer["rejection"])
            elif answer["type"] == "Invalid":
                reasons = "; ".join(issue["message"] for issue in answer["issues"])
                print(command["type"], "-> invalid:", reasons)
            else:
                sys.exit(f"the rules are at fault: {answer}")
        everything = rules.decide({"type": "Events", "events": events}, commands[0])
    print(len(events), "events; the order comes to", everything["state"]["total"])


if __name__ == "__main__":
    main(*sys.argv[1:] or [SCRIPT])
