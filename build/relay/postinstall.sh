#!/bin/sh
set -e
systemd-sysusers /usr/lib/sysusers.d/tresen-relay.conf
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
	# After an update, and only if it is running.
	systemctl try-restart tresen-relay.service
fi
