#!/bin/sh
set -e
# Only when the package goes, not when another version comes.
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
	systemctl disable --now tresen-relay.service tresen-relay-web.socket tresen-relay-http.socket
fi
