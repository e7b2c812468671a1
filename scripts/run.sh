#!/usr/bin/env bash
# Builds Tresen and opens it in demo mode. Where there is no display, the
# program runs on a private virtual one and a browser shows the same window.
#   scripts/run.sh            what `make run` does
#   TRESEN_HEADLESS=1         act as if there were no display
#   TRESEN_PORT=34115         the loopback port for the browser
set -euo pipefail
cd "$(dirname "$0")/.."

have_display() {
	[ -z "${TRESEN_HEADLESS:-}" ] || return 1
	[ -z "${WAYLAND_DISPLAY:-}" ] || return 0
	[ -n "${DISPLAY:-}" ] || return 1
	# ":1.0" is a socket on this computer; a name before the colon is another one (ssh -X).
	local number=${DISPLAY#:}
	[ "$number" = "$DISPLAY" ] || [ -S "/tmp/.X11-unix/X${number%%.*}" ]
}

if have_display; then
	scripts/install-deps.sh build
	make build/bin/tresen
	printf '\n==> Opening Tresen in demo mode\n'
	exec build/bin/tresen --demo
fi

scripts/install-deps.sh build display
make build/bin/tresen-dev
exec scripts/withx.sh scripts/run-in-browser.sh
