"""The transparent profile with real redirection, to be run in a network namespace of its own, as root:

    scenario.py ENVOY FOLDER COMMAND...    COMMAND starts the control plane, FOLDER is empty and ours

An application of another user connects to cluster IPs; iptables sends it to Envoy, which is exempt by its user id. Prints what the
application got as one JSON line.
"""
import http.server
import json
import os
import socketserver
import subprocess
import sys
import threading
import time
import urllib.request

envoy, folder, *server = sys.argv[1:]
EGRESS, INBOUND, ADMIN, XDS = 15001, 15006, 15000, "127.0.0.1:18000"

MESH = """
apiVersion: mesh.xdscontrolplane.dev/v1alpha1
kind: MeshService
metadata: {name: web, namespace: demo}
spec:
  addresses: [10.96.7.1]
  ports: [{name: http, port: 80, protocol: http}]
  endpoints: [{address: 10.77.0.2, port: 8080}]
---
apiVersion: mesh.xdscontrolplane.dev/v1alpha1
kind: MeshService
metadata: {name: db, namespace: demo}
spec:
  addresses: [10.96.7.2]
  ports: [{name: sql, port: 5432, protocol: tcp}]
  endpoints: [{address: 10.77.0.3, port: 6000}]
"""

APPLICATION = """
import json, socket, urllib.request
answer = urllib.request.urlopen('http://10.96.7.1/hello', timeout=20)
with socket.create_connection(('10.96.7.2', 5432), timeout=20) as connection:
    connection.sendall(b'ping\\n')
    echo = connection.makefile().readline().strip()
print(json.dumps({'http': answer.read().decode(), 'tcp': echo}))
"""


class Web(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"web"
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Database(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(b"db:" + line)


class Threads(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def serve(handler, address):
    threading.Thread(target=Threads(address, handler).serve_forever, daemon=True).start()


def wait_until(what, condition):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            if condition():
                return
        except OSError:
            pass
        time.sleep(0.05)
    raise TimeoutError(what)


def is_ready():
    with urllib.request.urlopen(f"http://127.0.0.1:{ADMIN}/ready", timeout=5) as answer:
        return answer.status == 200


def total(stat):
    with urllib.request.urlopen(f"http://127.0.0.1:{ADMIN}/stats?filter={stat}", timeout=5) as answer:
        return sum(int(line.split(": ")[1]) for line in answer.read().decode().splitlines())


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def redirect():
    run("ip", "route", "add", "10.96.0.0/16", "dev", "lo")
    run("iptables", "-t", "nat", "-A", "OUTPUT", "-p", "tcp", "-m", "owner", "--uid-owner", "0", "-j", "RETURN")
    run("iptables", "-t", "nat", "-A", "OUTPUT", "-p", "tcp", "-d", "10.96.0.0/16", "-j", "REDIRECT", "--to-ports", str(EGRESS))


def main():
    os.makedirs(f"{folder}/mesh")
    with open(f"{folder}/mesh/mesh.yaml", "w", encoding="utf-8") as mesh:
        mesh.write(MESH)
    serve(Web, ("10.77.0.2", 8080))
    serve(Database, ("10.77.0.3", 6000))
    redirect()
    bootstrap = run(*server, "bootstrap", "--profile", "transparent", "--namespace", "demo", "--service", "client", "--xds", XDS,
                    "--egress-port", str(EGRESS), "--inbound-port", str(INBOUND), "--admin-port", str(ADMIN))
    with open(f"{folder}/bootstrap.yaml", "w", encoding="utf-8") as file:
        file.write(bootstrap)
    control = subprocess.Popen([*server, "serve", "--files", f"{folder}/mesh", "--grpc", XDS, "--rest", "127.0.0.1:18001", "--admin", "127.0.0.1:18002"],
                               stdout=sys.stderr)
    proxy = subprocess.Popen([envoy, "-c", f"{folder}/bootstrap.yaml", "--concurrency", "1", "--disable-hot-restart", "-l", "warning"], stdout=sys.stderr)
    try:
        wait_until("Envoy is ready", is_ready)
        application = subprocess.run([sys.executable, "-c", APPLICATION], user=65534, group=65534, extra_groups=[], capture_output=True, text=True, check=False)
        sys.stderr.write(application.stderr)
        application.check_returncode()
        counts = {"rejected": total("update_rejected"), "requests": total("demo/web/http.upstream_rq_200"), "connections": total("demo/db/sql.upstream_cx_total")}
        print(json.dumps({**json.loads(application.stdout), **counts}), flush=True)
    finally:
        for process in (proxy, control):
            process.terminate()
            process.wait(20)


main()
