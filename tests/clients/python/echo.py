"""Calls the echo methods of the transport tests: echo.py ADDRESS SCENARIO [CA_FILE CERTIFICATE_FILE KEY_FILE].

Prints what came back as one JSON line.
"""
import json
import pathlib
import sys

import grpc

address, scenario = sys.argv[1:3]
options = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
if len(sys.argv) > 3:
    ca, certificate, key = [pathlib.Path(file).read_bytes() for file in sys.argv[3:6]]
    channel = grpc.secure_channel(address, grpc.ssl_channel_credentials(ca, key, certificate), options)
else:
    compression = grpc.Compression.Gzip if scenario == "gzip" else None
    channel = grpc.insecure_channel(address, options, compression)


def unary(method, request, timeout=30):
    try:
        response = channel.unary_unary(f"/test.Echo/{method}")(request, timeout=timeout)
        return {"code": 0, "bytes": len(response), "same": response == request}
    except grpc.RpcError as error:
        return {"code": error.code().value[0], "details": error.details()}


def with_metadata():
    _, call = channel.unary_unary("/test.Echo/Metadata").with_call(b"", metadata=[("x-sent", "from the client")])
    return {"code": call.code().value[0], "trailer": dict(call.trailing_metadata())["x-received"]}


def text(method):
    return {"code": 0, "text": channel.unary_unary(f"/test.Echo/{method}")(b"", timeout=30).decode()}


def collect(call, on_message=lambda: None):
    received = []
    try:
        for message in call:
            received.append(message.decode())
            on_message()
        code, details = call.code(), call.details()
    except grpc.RpcError as error:
        code, details = error.code(), error.details()
    return {"code": code.value[0], "details": details, "received": received}


def bidi():
    return collect(channel.stream_stream("/test.Echo/Bidi")(iter([b"a", b"b", b"c"])))


def stay():
    """Tells when the first message came, then stays until the server ends the stream."""
    import threading

    ended = threading.Event()

    def requests():
        yield b"a"
        ended.wait()

    try:
        return collect(channel.stream_stream("/test.Echo/Bidi")(requests()), lambda: print("open", flush=True))
    finally:
        ended.set()


scenarios = {
    "unary": lambda: unary("Unary", b"hello"),
    "gzip": lambda: unary("Unary", b"a" * 100000),
    "large": lambda: unary("Unary", b"x" * 6 * 1024 * 1024),
    "too-large": lambda: unary("Unary", b"x" * 17 * 1024 * 1024),
    "fail": lambda: unary("Fail", "größer als 100 %\n猫".encode()),
    "deadline": lambda: unary("Wait", b"", timeout=0.2),
    "unknown": lambda: unary("NoSuchMethod", b""),
    "metadata": with_metadata,
    "identities": lambda: text("Identities"),
    "stream": lambda: collect(channel.unary_stream("/test.Echo/Repeat")(b"tick")),
    "bidi": bidi,
    "stay": stay,
}
print(json.dumps(scenarios[scenario]()), flush=True)
