"""Asks the rules of orders from Python: calls come in as JSON, the answers go out as JSON."""

import json
import sys

sys.path.insert(0, sys.argv[1])
from decide import Rules  # noqa: E402

with Rules(sys.argv[2]) as rules:
    calls = json.load(sys.stdin)
    json.dump([rules.decide(call["before"], call["command"]) for call in calls], sys.stdout)
