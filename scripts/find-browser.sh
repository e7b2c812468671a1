#!/usr/bin/env bash
# Prints the path of a Chromium-like browser for the end-to-end tests, or
# nothing and exits 1. CHROME=/path/to/browser overrides the search.
set -euo pipefail

# A browser counts only if it starts: Ubuntu's chromium-browser is a stub that
# merely says how to install the snap.
works() { [ -x "$1" ] && "$1" --version >/dev/null 2>&1; }

if [ -n "${CHROME:-}" ]; then
	if works "$CHROME"; then
		echo "$CHROME"
		exit 0
	fi
	echo "CHROME=$CHROME is not a browser that starts." >&2
	exit 1
fi
for name in chromium google-chrome google-chrome-stable chrome microsoft-edge brave-browser chromium-browser; do
	path=$(command -v "$name" || true)
	if [ -n "$path" ] && works "$path"; then
		echo "$path"
		exit 0
	fi
done
# Browsers that Playwright installed itself.
for path in "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}"/chromium-*/chrome-linux*/chrome; do
	if works "$path"; then
		echo "$path"
		exit 0
	fi
done
exit 1
