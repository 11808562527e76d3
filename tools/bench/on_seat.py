"""Runs on the seat: time several commands in turn, A B C A B C ..., so that a machine that slows down slows all of them. Prints JSON."""

import json
import subprocess
import sys
import time

spec = json.loads(sys.argv[1])
times = {name: [] for name in spec["commands"]}
for number in range(spec["rounds"] + 1):
    for name, argv in spec["commands"].items():
        start = time.perf_counter()
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False)
        seconds = time.perf_counter() - start
        if done.returncode != 0:
            sys.exit("%s ended with %s: %s" % (name, done.returncode, done.stdout.decode(errors="replace")[-2000:]))
        if number:  # the first round only warms up
            times[name].append(round(seconds, 4))
print(json.dumps(times))
