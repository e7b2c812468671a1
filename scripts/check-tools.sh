#!/usr/bin/env bash
# Checks the two things a newcomer must bring: Go and Node. Everything else is
# installed by install-deps.sh, npm and the Go module cache.
set -euo pipefail

need_go=1.26
need_node=20.19

at_least() { # at_least HAVE WANT, both like 1.26.8
	[ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

problem=0
if ! command -v go >/dev/null; then
	echo "Go is missing. Install Go $need_go or newer from https://go.dev/dl/ and put it on the PATH."
	problem=1
else
	have=$(go env GOVERSION)
	have=${have#go}
	if ! at_least "${have%%[!0-9.]*}" "$need_go"; then
		echo "Go $have is too old; Tresen needs Go $need_go or newer (https://go.dev/dl/)."
		problem=1
	fi
fi
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
	echo "Node.js or npm is missing. Install Node.js $need_node or newer (https://nodejs.org/)."
	problem=1
else
	have=$(node -p 'process.versions.node')
	if ! at_least "$have" "$need_node"; then
		echo "Node.js $have is too old; Tresen needs Node.js $need_node or newer (https://nodejs.org/)."
		problem=1
	fi
fi
exit "$problem"
