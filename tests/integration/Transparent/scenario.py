"""A proxy with real redirection, to be run in a network namespace of its own, as root:

    scenario.py PROFILE ENVOY REDIRECT FOLDER COMMAND...    PROFILE is transparent or node, COMMAND starts the control plane, FOLDER is empty and ours

An application of another user connects to cluster IPs, and a client on another machine (a network namespace at the other end of a cable) connects to the workload beside
a transparent Envoy; REDIRECT sends both to Envoy, which is exempt by its user id. Prints what they got as one JSON line.
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

profile, envoy, redirect, folder, *server = sys.argv[1:]
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
---
apiVersion: mesh.xdscontrolplane.dev/v1alpha1
kind: MeshService
metadata: {name: client, namespace: demo}
spec:
  ports: [{name: http, port: 80, protocol: http}]
  endpoints: [{address: 10.78.0.1, port: 7000}]
"""


def service(name, address, port, protocol, endpoint):
    """A service; address is virtual, or empty."""
    return f"""---
apiVersion: mesh.xdscontrolplane.dev/v1alpha1
kind: MeshService
metadata: {{name: {name}, namespace: demo}}
spec:
  addresses: [{address}]
  ports: [{{name: main, port: {port}, protocol: {protocol}}}]
  endpoints: [{{address: {endpoint.split(':')[0]}, port: {endpoint.split(':')[1]}}}]
"""


def split(name, root, backends, more=""):
    """A split of all requests, or of those that it matches."""
    return f"""---
apiVersion: split.smi-spec.io/v1alpha4
kind: TrafficSplit
metadata: {{name: {name}, namespace: demo}}
spec:
  service: {root}
  backends: [{backends}]
{more}
"""


# Services with splits of HTTP and of TCP, and a second one that selects the workload beside Envoy.
MESH += (
    service("shop", "10.96.7.3", 80, "http", "10.77.0.2:8080") + service("shop-v1", "", 80, "http", "10.77.0.4:8080") + service("shop-v2", "", 80, "http", "10.77.0.5:8080")
    + split("shop", "shop", "{service: shop-v1, weight: 3}, {service: shop-v2, weight: 1}")
    + split("beta", "shop", "{service: shop-v2, weight: 1}", "  matches: [{kind: HTTPRouteGroup, name: beta}]")
    + "---\n{apiVersion: specs.smi-spec.io/v1alpha4, kind: HTTPRouteGroup, metadata: {name: beta, namespace: demo}, spec: {matches: [{name: a, headers: {x-beta: '1'}}]}}\n"
    + service("cache", "10.96.7.4", 6379, "tcp", "10.77.0.3:6000") + service("cache-v1", "", 6379, "tcp", "10.77.0.6:6000") + service("cache-v2", "", 6379, "tcp", "10.77.0.7:6000")
    + split("cache", "cache", "{service: cache-v1, weight: 3}, {service: cache-v2, weight: 1}")
    + service("client-apex", "", 80, "http", "10.78.0.1:7000")
)

REMOTE = """
import urllib.request
answers = set()
for host in ['10.78.0.1:7000', 'client', 'client.demo', 'client-apex', 'client-apex.demo.svc.cluster.local:80']:
    answers.add(urllib.request.urlopen(urllib.request.Request('http://10.78.0.1:7000/', headers={'Host': host}), timeout=20).read().decode())
print(' '.join(answers))
"""

APPLICATION = """
import collections, http.client, json, socket, urllib.request
def ask(connection, headers={}):
    connection.request('GET', '/', headers=headers)
    return connection.getresponse().read().decode()
def say():
    with socket.create_connection(('10.96.7.4', 6379), timeout=20) as connection:
        connection.sendall(b'ping\\n')
        return connection.makefile().readline().split(':')[0]
shop = http.client.HTTPConnection('10.96.7.3', timeout=20)
shares = {
    'split': collections.Counter(ask(shop) for _ in range(1000)),
    'match': collections.Counter(ask(shop, {'x-beta': '1'}) for _ in range(50)),
    'tcp_split': collections.Counter(say() for _ in range(400)),
}
answer = urllib.request.urlopen('http://10.96.7.1/hello', timeout=20)
with socket.create_connection(('10.96.7.2', 5432), timeout=20) as connection:
    connection.sendall(b'ping\\n')
    echo = connection.makefile().readline().strip()
print(json.dumps({'http': answer.read().decode(), 'tcp': echo, **shares}))
"""


class Web(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_GET(self):
        body = self.server.name.encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Database(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(self.server.name.encode() + b":" + line)


class Threads(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def serve(handler, address, name):
    server = Threads(address, handler)
    server.name = name
    threading.Thread(target=server.serve_forever, daemon=True).start()


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


def is_ready(address):
    with urllib.request.urlopen(f"http://{address}", timeout=5) as answer:
        return answer.status == 200


def total(stat):
    with urllib.request.urlopen(f"http://127.0.0.1:{ADMIN}/stats?filter={stat}", timeout=5) as answer:
        return sum(int(line.split(": ")[1]) for line in answer.read().decode().splitlines())


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def other_machine():
    """A process in a network namespace of its own, connected to this one; commands run there by its process id."""
    process = subprocess.Popen(["unshare", "-n", "sleep", "600"])
    wait_until("another network namespace", lambda: os.readlink(f"/proc/{process.pid}/ns/net") != os.readlink("/proc/self/ns/net"))
    run("ip", "link", "add", "near", "type", "veth", "peer", "name", "far", "netns", str(process.pid))
    run("ip", "addr", "add", "10.78.0.1/24", "dev", "near")
    run("ip", "link", "set", "near", "up")
    run("nsenter", "-t", str(process.pid), "-n", "sh", "-c", "ip addr add 10.78.0.2/24 dev far && ip link set far up && ip link set lo up")
    return process


def main():
    os.makedirs(f"{folder}/mesh")
    with open(f"{folder}/mesh/mesh.yaml", "w", encoding="utf-8") as mesh:
        mesh.write(MESH)
    serve(Web, ("10.77.0.2", 8080), "web")
    serve(Database, ("10.77.0.3", 6000), "db")
    serve(Web, ("127.0.0.1", 7000), "web")
    for address, name in (("10.77.0.4", "v1"), ("10.77.0.5", "v2")):
        serve(Web, (address, 8080), name)
    for address, name in (("10.77.0.6", "v1"), ("10.77.0.7", "v2")):
        serve(Database, (address, 6000), name)
    run("ip", "route", "add", "10.96.0.0/16", "dev", "lo")
    remote = other_machine()
    subprocess.run([redirect, "up"], check=True, env={**os.environ, "PROXY_UID": "0", "EGRESS_PORT": str(EGRESS), "INBOUND_PORT": str(INBOUND)})
    bootstrap = run(*server, "bootstrap", "--profile", profile, "--namespace", "demo", "--service", "client", "--xds", XDS,
                    "--egress-port", str(EGRESS), "--inbound-port", str(INBOUND), "--admin-port", str(ADMIN))
    with open(f"{folder}/bootstrap.yaml", "w", encoding="utf-8") as file:
        file.write(bootstrap)
    started = [remote]
    try:
        started.append(subprocess.Popen([*server, "serve", "--files", f"{folder}/mesh", "--grpc", XDS, "--rest", "127.0.0.1:18001", "--admin", "127.0.0.1:18002"], stdout=sys.stderr))

        # An Envoy that finds no control plane within its fetch timeout begins without listeners.
        wait_until("the control plane is ready", lambda: is_ready("127.0.0.1:18002/readyz"))
        started.append(subprocess.Popen([envoy, "-c", f"{folder}/bootstrap.yaml", "--concurrency", "1", "--disable-hot-restart", "-l", "warning"], stdout=sys.stderr))
        wait_until("Envoy is ready", lambda: is_ready(f"127.0.0.1:{ADMIN}/ready"))
        application = subprocess.run([sys.executable, "-c", APPLICATION], user=65534, group=65534, extra_groups=[], capture_output=True, text=True, check=False)
        sys.stderr.write(application.stderr)
        application.check_returncode()
        inbound = run("nsenter", "-t", str(remote.pid), "-n", sys.executable, "-c", REMOTE).strip() if profile == "transparent" else ""
        counts = {"inbound": inbound, "inbound_requests": total("^http.inbound.*downstream_rq_2xx"), "rejected": total("update_rejected"), "requests": total("demo/web/http.upstream_rq_200"), "connections": total("demo/db/sql.upstream_cx_total")}
        print(json.dumps({**json.loads(application.stdout), **counts}), flush=True)
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(20)
        subprocess.run([redirect, "down"], check=True)


main()
