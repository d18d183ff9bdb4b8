#!/usr/bin/env bash
# Plays a canary: starts two versions of a service, the control plane and an Envoy, moves the traffic step by step, and shows the
# shares. Needs Envoy (ENVOY_BIN, or on the PATH), Python 3, curl and the .NET SDK. Nothing is left behind.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
envoy=${ENVOY_BIN:-envoy}
xds_port=${XDS_PORT:-18000} rest_port=${REST_PORT:-18001} admin_port=${ADMIN_PORT:-18002}
export EGRESS_PORT=${EGRESS_PORT:-15001}
started=()

finish() {
  for process in "${started[@]}"; do kill "$process" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

version() { # NAME PORT: answers every request with its name
  python3 -c '
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    def do_GET(self):
        body = (sys.argv[1] + "\n").encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Handler).serve_forever()' "$1" "$2" &
  started+=($!)
}

weigh() { # V1 V2
  sed -e "s/web-v1, weight: .*}/web-v1, weight: $1}/" -e "s/web-v2, weight: .*}/web-v2, weight: $2}/" "$here/split.yaml" > "$work/split.new"
  mv "$work/split.new" "$work/mesh/split.yaml"
  sleep 1
  echo "weights $1 to $2"
  "$here/shares.sh" 400
}

mkdir "$work/mesh"
cp "$here"/*.yaml "$work/mesh/"
version v1 8081
version v2 8082

server=("${XDS_SERVER:-}")
[ -n "${server[0]}" ] || server=(dotnet run --project "$here/../../src/XdsServer" --)
"${server[@]}" bootstrap --profile sidecar --xds "127.0.0.1:$xds_port" --egress-port "$EGRESS_PORT" --admin-port 0 > "$work/envoy.yaml"
"${server[@]}" serve --files "$work/mesh" --grpc "127.0.0.1:$xds_port" --rest "127.0.0.1:$rest_port" --admin "127.0.0.1:$admin_port" --log-level warning &
started+=($!)
"$envoy" -c "$work/envoy.yaml" -l error --use-dynamic-base-id &
started+=($!)
until curl -s -o "$work/answer" -H 'Host: web' "http://127.0.0.1:$EGRESS_PORT/" && grep -q '^v' "$work/answer"; do sleep 0.2; done

weigh 100 0
weigh 99 1
weigh 90 10
weigh 50 50
echo "weights 50 to 50, with the header x-beta: yes"
"$here/shares.sh" 400 -H 'x-beta: yes'
weigh 0 100
