"""A proxyless gRPC client: python3 xds.py TARGET CALLS [UNTIL].

Calls the echo at an xds:/// target so many times, or until UNTIL answers, and prints how often each endpoint answered as one JSON
line. GRPC_XDS_BOOTSTRAP names the bootstrap.
"""
import collections
import json
import sys
import time

import grpc

target, calls, *until = sys.argv[1:]
counts = collections.Counter()
with grpc.insecure_channel(target) as channel:
    say = channel.unary_unary("/test.Echo/Say", request_serializer=None, response_deserializer=None)
    end = time.monotonic() + 40
    made = 0
    while (not counts[until[0]] if until else made < int(calls)) and time.monotonic() < end:
        counts[say(b"hi", timeout=30, wait_for_ready=True).decode().split(":")[0]] += 1
        if made == 0:
            print("started", flush=True)
        made += 1
print(json.dumps({name: count for name, count in counts.items() if count}), flush=True)
