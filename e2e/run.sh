#!/usr/bin/env bash
# Runs the end-to-end tests on a private display with a private, unlocked
# keyring. An argument chooses tests by a part of their file name.
set -euo pipefail
cd "$(dirname "$0")/.."

CHROME=$(scripts/find-browser.sh)
export CHROME
files=(e2e/*"${1:-}"*.test.mjs)
[ -e "${files[0]}" ] || { echo "No test matches '${1:-}'."; exit 1; }

export NODE_OPTIONS="--experimental-websocket --no-warnings"
exec scripts/withx.sh --keyring node --test --test-concurrency=1 --test-timeout=180000 --test-reporter=spec "${files[@]}"
