#!/usr/bin/env bash
# Every Go test: vet, tests (with the race detector where there is a C
# compiler), the real keyring, and a little of every fuzz target.
#   FUZZTIME=300x   how often, or as 30s how long, each fuzz target runs; 0 leaves
#                   fuzzing out. A time can fail with "context deadline exceeded"
#                   though nothing was found: the go tool stops a slow run like that.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n==> %s\n' "$1"; }

say "Vetting the Go code"
CGO_ENABLED=0 go vet ./...

# The tests sync thousands of small databases to the disk. None is about a loss of
# power, so where memory has room they lie there: that saves minutes.
room=$(df --output=avail -BG /dev/shm 2>/dev/null | tail -n 1 | tr -dc 0-9)
if [ "${room:-0}" -ge 4 ]; then
	export GOTMPDIR=${GOTMPDIR:-${TMPDIR:-/tmp}} # what is built stays on the disk
	TMPDIR=$(mktemp -d /dev/shm/tresen-tests.XXXXXX)
	export TMPDIR
	trap 'chmod -R u+w "$TMPDIR"; rm -rf "$TMPDIR"' EXIT
fi

race=()
if [ "$(go env CGO_ENABLED)" = 1 ] && command -v "$(go env CC)" >/dev/null; then
	race=(-race)
fi
say "Running the Go tests${race[*]:+ with the race detector}"
# No session bus: a test that asks for the keychain by mistake must fail, not find one.
export DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent
# The pages of internal/print are drawn, blurred and decoded pixel by pixel by one
# goroutine; under the race detector that takes minutes and finds nothing more.
mapfile -t packages < <(go list ./... | grep -v '/internal/print$')
go test "${race[@]}" -timeout 15m "${packages[@]}"
go test -timeout 15m ./internal/print
if [ "${#race[@]}" -gt 0 ]; then
	# The same for the tests of app that draw pages; with the race detector they skip themselves.
	drawing=$(grep -ohE '^func Test\w+' app/print_test.go app/codes_test.go | cut -d' ' -f2 | paste -sd'|')
	go test -timeout 15m -run "^($drawing)\$" ./app
	# And for a job that is killed at each of its steps.
	go test -timeout 15m -run Kill ./internal/privacy
fi
unset DBUS_SESSION_BUS_ADDRESS

say "Testing the vault against a real Secret Service"
mkdir -p build/.stamps
log=build/.stamps/keyring.log
if ! internal/vault/testdata/with-keyring.sh go test -count=1 -run Keychain -v ./internal/vault/ >"$log" 2>&1 ||
	! grep -q '^--- PASS: TestSystemKeychain ' "$log"; then
	cat "$log"
	echo "The test against the real keyring did not run or did not pass."
	exit 1
fi
grep -E '^(--- |ok)' "$log"

[ "${FUZZTIME:-300x}" != 0 ] || exit 0
say "Fuzzing every target (${FUZZTIME:-300x})"
targets=0
while IFS=: read -r file name; do
	package=./$(dirname "$file")
	go test -run '^$' -fuzz "^$name\$" -fuzztime "${FUZZTIME:-300x}" -parallel 2 "$package" >build/.stamps/fuzz.log 2>&1 || {
		cat build/.stamps/fuzz.log
		echo "Fuzzing $name in $package failed. The input is kept under $package/testdata/fuzz; commit it with the fix."
		exit 1
	}
	echo "ok  $name  $(grep -o 'execs: [0-9]*' build/.stamps/fuzz.log | tail -n 1)  $package"
	targets=$((targets + 1))
done < <(git ls-files -co --exclude-standard '*_test.go' | xargs grep -oE '^func (Fuzz[A-Za-z0-9_]+)\(' /dev/null | sed -E 's/:func (.*)\($/:\1/')
echo "$targets fuzz targets found nothing."
