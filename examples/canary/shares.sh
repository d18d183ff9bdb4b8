#!/usr/bin/env bash
# Sends requests for `web` through the sidecar and draws who answered: shares.sh [REQUESTS] [FURTHER CURL ARGUMENTS…]
set -euo pipefail
count=${1:-200}
port=${EGRESS_PORT:-15001}

curl -s -H 'Host: web' "${@:2}" "http://127.0.0.1:$port/?[1-$count]" | sort | uniq -c | while read -r answers name; do
  printf '  %-4s %4d%%  %s\n' "$name" $((answers * 100 / count)) "$(printf '#%.0s' $(seq $((answers * 50 / count + 1))))"
done
