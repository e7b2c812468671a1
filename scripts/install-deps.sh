#!/usr/bin/env bash
# Installs what is missing on Debian or Ubuntu, and only that.
#   scripts/install-deps.sh GROUP...
# Groups: build    compiler and GTK/WebKit headers for the window
#         display  a private virtual display and session bus
#         test     what the end-to-end and keyring tests need besides
#         print    programs that judge printed things
#         bench    programs to compare with
#         lint     shellcheck
#         fonts    fonts with emoji, for pictures taken of the window
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
want_browser=no

need_command() { # need_command COMMAND PACKAGE
	command -v "$1" >/dev/null || missing+=("$2")
}

check_build() {
	need_command gcc gcc
	[ -e /usr/include/stdio.h ] || missing+=(libc6-dev)
	need_command pkg-config pkg-config
	if ! pkg-config --exists gtk+-3.0 2>/dev/null; then missing+=(libgtk-3-dev); fi
	if ! pkg-config --exists webkit2gtk-4.1 2>/dev/null; then missing+=(libwebkit2gtk-4.1-dev); fi
}

check_display() {
	need_command Xvfb xvfb
	need_command dbus-daemon dbus-daemon
}

check_test() {
	need_command gnome-keyring-daemon gnome-keyring
	need_command dbus-send dbus-bin
	need_command dbus-run-session dbus-daemon
	need_command xdotool xdotool
	need_command import imagemagick
	if ! scripts/find-browser.sh >/dev/null; then want_browser=yes; fi
}

check_print() {
	need_command qpdf qpdf
	need_command pdftoppm poppler-utils
	need_command zbarimg zbar-tools
}

check_bench() {
	need_command qrencode qrencode
	need_command rsvg-convert librsvg2-bin
}

check_fonts() {
	[ -e /usr/share/fonts/truetype/noto/NotoColorEmoji.ttf ] || missing+=(fonts-noto-color-emoji)
}

for group in "$@"; do
	case $group in
	build) check_build ;;
	display) check_display ;;
	test) check_test ;;
	print) check_print ;;
	bench) check_bench ;;
	lint) need_command shellcheck shellcheck ;;
	fonts) check_fonts ;;
	*)
		echo "install-deps.sh: unknown group $group" >&2
		exit 2
		;;
	esac
done

[ "${#missing[@]}" -gt 0 ] || [ "$want_browser" = yes ] || exit 0

if ! command -v apt-get >/dev/null; then
	echo "Missing on this system: ${missing[*]} $([ "$want_browser" = yes ] && echo chromium)"
	echo "Those are Debian's names. This script can install only with apt-get;"
	echo "please install them with your system's package manager and run the command again."
	exit 1
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
	if ! command -v sudo >/dev/null; then
		echo "Missing packages: ${missing[*]} $([ "$want_browser" = yes ] && echo chromium)"
		echo "There is no sudo here. As root, run: apt-get update && apt-get install --no-install-recommends ${missing[*]}"
		exit 1
	fi
	as_root=(sudo)
fi

# apt's many lines go to a file; they matter only if something fails.
apt() {
	mkdir -p out
	if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 \
		-o Acquire::Retries=3 "$@" >>out/apt.log 2>&1; then
		tail -n 30 out/apt.log
		echo "apt-get $1 failed; all of its words are in out/apt.log."
		exit 1
	fi
}

echo "==> Asking apt for its newest package list"
apt update

# Ubuntu's chromium packages only point at the snap; such a candidate is no use here.
has_real_package() {
	local candidate
	candidate=$(apt-cache policy "$1" | sed -n 's/^  Candidate: //p')
	[ -n "$candidate" ] && [ "$candidate" != "(none)" ] && [[ $candidate != *snap* ]]
}

if [ "$want_browser" = yes ] && has_real_package chromium; then
	missing+=(chromium)
	want_browser=no
fi

mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)
if [ -n "${missing[0]:-}" ]; then
	echo "==> Installing with apt (this can take a minute; nothing else is changed): ${missing[*]}"
	apt install -y --no-install-recommends "${missing[@]}"
fi

if [ "$want_browser" = yes ]; then
	echo "==> This system has no Chromium package (on Ubuntu it is a snap). Letting Playwright fetch its own build."
	npm ci --prefix e2e --no-audit --no-fund
	if ! node e2e/node_modules/playwright-core/cli.js install --with-deps chromium; then
		echo "That did not work. Please install a browser yourself, for example"
		echo "    sudo snap install chromium      or      Google Chrome as a .deb"
		echo "or say where one is: CHROME=/path/to/chrome make test"
		exit 1
	fi
fi
