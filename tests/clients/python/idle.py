"""Opens HTTP/2 connections that then do nothing: idle.py ADDRESS COUNT. Says "open", and holds them until its input ends."""
import socket
import sys

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
EMPTY_SETTINGS = b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"

host, port = sys.argv[1].split(":")
connections = []
for _ in range(int(sys.argv[2])):
    connection = socket.create_connection((host, int(port)))
    connection.sendall(PREFACE + EMPTY_SETTINGS)
    connections.append(connection)
print("open", flush=True)
sys.stdin.read()
