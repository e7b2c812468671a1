#!/usr/bin/env bash
# Checks the Go side without running it. No check needs a display or GTK.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n==> %s\n' "$1"; }
export CGO_ENABLED=0

say "Checking the format of the Go files"
badly=$(git ls-files -co --exclude-standard '*.go' | xargs gofmt -l)
if [ -n "$badly" ]; then
	echo "Not gofmt'ed (make fmt does it):"
	echo "$badly"
	exit 1
fi

say "Vetting for Linux, Windows and macOS"
go vet ./...
GOOS=windows go vet -tags desktop,production ./...
GOOS=darwin GOARCH=arm64 go vet ./...

say "Running staticcheck"
go tool -modfile=tools/go.mod staticcheck ./...

say "Checking that go.mod and go.sum are tidy"
go mod tidy -diff
go -C tools mod tidy -diff
go mod verify
