#!/bin/sh
set -e
# "apt purge" forgets what waits and the settings; "apt remove" keeps both.
if [ "$1" = purge ]; then
	rm -rf /var/lib/tresen-relay /etc/tresen-relay
fi
