#!/bin/bash
# with-keyring.sh COMMAND [ARGUMENT...]
# Runs COMMAND on a session bus of its own with an unlocked, empty keyring, so that
# tests meet a real Secret Service and never the keyring of whoever runs them.
# Needs dbus-run-session and gnome-keyring-daemon. Returns COMMAND's exit code.
set -eu
if [ $# -eq 0 ]; then
	echo "usage: $0 COMMAND [ARGUMENT...]" >&2
	exit 2
fi
for tool in dbus-run-session gnome-keyring-daemon; do
	command -v "$tool" >/dev/null || { echo "$0: $tool is missing" >&2; exit 127; }
done
# Go's caches stay where they are although HOME moves.
if command -v go >/dev/null; then
	GOPATH=$(go env GOPATH) GOMODCACHE=$(go env GOMODCACHE) GOCACHE=$(go env GOCACHE)
	export GOPATH GOMODCACHE GOCACHE
fi
HOME=$(mktemp -d)
# The daemons' sockets too: never those of a login session.
XDG_RUNTIME_DIR=$HOME/run
mkdir -m 700 "$XDG_RUNTIME_DIR"
export HOME XDG_RUNTIME_DIR TRESEN_TEST_KEYRING=1
unset XDG_DATA_HOME XDG_CONFIG_HOME XDG_CACHE_HOME DBUS_SESSION_BUS_ADDRESS GNOME_KEYRING_CONTROL
trap 'rm -rf "$HOME"' EXIT
# The daemon ends when its bus does.
dbus-run-session -- bash -c '
	printf "\n" | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
	"$@"
' with-keyring "$@"
