#!/usr/bin/env bash
# Second half of run.sh, on the private display: starts the program with its
# loopback server, says where it is, and waits until one of the two ends.
set -uo pipefail

port=$(node -e '
const net = require("node:net")
const tryPort = (port) => {
  const server = net.createServer()
  server.once("error", () => tryPort(0))
  server.listen(port, "127.0.0.1", () => { console.log(server.address().port); server.close() })
}
tryPort(Number(process.env.TRESEN_PORT || 34115))')
mkdir -p out
log=out/run.log

# The window of this private display stays blank: only the browser calls the program.
TRESEN_E2E=1 devserver=127.0.0.1:$port loglevel=Error build/bin/tresen-dev --demo >"$log" 2>&1 &
app=$!
trap 'kill -TERM "$app" 2>/dev/null' INT TERM HUP

if ! node -e '
const [url, pid] = [process.argv[1], Number(process.argv[2])]
const deadline = Date.now() + 30_000
const look = async () => {
  try { await fetch(url); return } catch { /* not yet */ }
  try { process.kill(pid, 0) } catch { process.exit(1) }
  if (Date.now() > deadline) process.exit(1)
  setTimeout(look, 100)
}
look()' "http://127.0.0.1:$port/" "$app"; then
	echo "Tresen did not start; its last lines were:"
	tail -n 20 "$log"
	kill -TERM "$app" 2>/dev/null
	wait "$app"
	exit 1
fi

cat <<TEXT

==> Tresen is running in demo mode. There is no display here, so please
    open  http://127.0.0.1:$port  in a browser on this computer.

    Through ssh, bring the port to your own computer first:
    ssh -L $port:127.0.0.1:$port <this computer>

    Ctrl-C ends it. Messages of the program: $log
TEXT

wait "$app"
status=$?
while kill -0 "$app" 2>/dev/null; do
	wait "$app"
	status=$?
done
[ "$status" -eq 0 ] || [ "$status" -ge 128 ] || { echo "Tresen ended with an error; see $log"; exit "$status"; }
echo "Tresen has ended; nothing is left running."
