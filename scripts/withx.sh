#!/usr/bin/env bash
# Runs a command on a private virtual display and a private session bus, and
# leaves nothing behind.
#   scripts/withx.sh [--keyring] COMMAND...
# With --keyring an unlocked Secret Service runs on that bus, and HOME is a
# fresh empty folder (the keyring file is created there).
#
# The bus has no service files, so nothing can be started on it by name: what
# runs is what this script started, and it ends what it started.
set -uo pipefail

keyring=no
if [ "${1:-}" = --keyring ]; then
	keyring=yes
	shift
fi
[ $# -gt 0 ] || { echo "usage: withx.sh [--keyring] COMMAND..." >&2; exit 2; }

work=$(mktemp -d "${TMPDIR:-/tmp}/tresen-x.XXXXXX")
command_pid=
helpers=()
stopping=no

stop_command() {
	stopping=yes
	[ -z "$command_pid" ] || kill -TERM "$command_pid" 2>/dev/null
}
cleanup() {
	for pid in ${helpers[@]+"${helpers[@]}"}; do kill "$pid" 2>/dev/null; done
	for pid in ${helpers[@]+"${helpers[@]}"}; do wait "$pid" 2>/dev/null; done
	rm -rf "$work"
}
trap stop_command INT TERM HUP
trap cleanup EXIT

wait_for() { # wait_for PID WHAT CONDITION...
	local pid=$1 what=$2 tries=0
	shift 2
	until "$@"; do
		tries=$((tries + 1))
		if [ "$tries" -gt 400 ] || ! kill -0 "$pid" 2>/dev/null; then
			echo "withx.sh: $what did not start" >&2
			cat "$work"/*.log >&2
			exit 1
		fi
		sleep 0.05
	done
}
keyring_ready() {
	dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner \
		string:org.freedesktop.secrets 2>/dev/null | grep -q 'boolean true'
}

# setsid: Ctrl-C in the terminal must reach the command, not its display.
setsid Xvfb -displayfd 3 -screen 0 1280x800x24 -nolisten tcp -noreset 3>"$work/display" 2>"$work/xvfb.log" </dev/null &
xvfb=$!
helpers+=("$xvfb")

cat >"$work/bus.conf" <<CONF
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=$work</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
CONF
setsid dbus-daemon --config-file="$work/bus.conf" --nofork --nopidfile --print-address=3 \
	3>"$work/bus" 2>"$work/bus.log" </dev/null &
bus=$!
helpers+=("$bus")

wait_for "$xvfb" "the virtual display (Xvfb)" [ -s "$work/display" ]
wait_for "$bus" "the session bus (dbus-daemon)" [ -s "$work/bus" ]
DISPLAY=:$(cat "$work/display")
DBUS_SESSION_BUS_ADDRESS=$(cat "$work/bus")
export DISPLAY DBUS_SESSION_BUS_ADDRESS NO_AT_BRIDGE=1 GDK_BACKEND=x11
unset WAYLAND_DISPLAY XAUTHORITY

if [ "$keyring" = yes ]; then
	export HOME=$work/home XDG_RUNTIME_DIR=$work/run
	unset XDG_DATA_HOME XDG_CONFIG_HOME XDG_CACHE_HOME
	mkdir -m 700 "$HOME" "$XDG_RUNTIME_DIR"
	printf '\n' >"$work/password"
	setsid gnome-keyring-daemon --foreground --unlock --components=secrets \
		<"$work/password" >"$work/keyring.log" 2>&1 &
	daemon=$!
	helpers+=("$daemon")
	wait_for "$daemon" "the keyring (gnome-keyring-daemon)" keyring_ready
fi

"$@" &
command_pid=$!
wait "$command_pid"
status=$?
# A signal ends the first wait early; the command's own end is what counts.
while [ "$stopping" = yes ] && kill -0 "$command_pid" 2>/dev/null; do
	wait "$command_pid"
	status=$?
done
exit "$status"
