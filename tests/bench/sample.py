"""The third contestant of `cargo xtask bench import`: json and jsonschema, natively, on a sample of the log.

    python3 sample.py FOLDER FRAMES

Prints `<microseconds per frame> <refused>`.
"""

import json
import re
import sys
import time
from pathlib import Path

from jsonschema.validators import validator_for

LINE = re.compile(r"^\[INFO \] \S+ \S+ \S+ - \[chargeBoxId=(CP(16|201|21)-\d+), sessionId=\d+\] (Received|Sending): ")
VERSIONS = {"16": "1.6", "201": "2.0.1", "21": "2.1"}

folder, n_most = Path(sys.argv[1]), int(sys.argv[2])
schemas = json.loads((folder / "schemas.json").read_text())
validators: dict = {}
open_calls: dict = {}


def validator(version, name):
    key = (version, name)
    if key not in validators:
        schema = schemas[version].get(name)
        validators[key] = validator_for(schema)(schema) if schema is not None else None
    return validators[key]


def is_refused(line):
    found = LINE.match(line)
    station, version, is_received = found[1], VERSIONS[found[2]], found[3] == "Received"
    try:
        frame = json.loads(line[found.end() :])
    except ValueError:
        return True
    kind, message_id = frame[0], frame[1]
    if kind in (2, 6):
        action, payload = frame[2], frame[3]
        open_calls[station, is_received, message_id] = action
        checked = validator(version, action + "Request") or validator(version, action)
    elif kind == 3:
        action, payload = open_calls.pop((station, not is_received, message_id), None), frame[2]
        checked = validator(version, action + "Response") if action else None
    else:
        return False
    return checked is None or next(checked.iter_errors(payload), None) is not None


lines = []
with open(folder / "import.log", encoding="utf-8") as log:
    for line in log:
        lines.append(line)
        if len(lines) >= n_most:
            break
start = time.perf_counter()
n_refused = sum(is_refused(line) for line in lines)
print((time.perf_counter() - start) * 1e6 / max(1, len(lines)), n_refused)
