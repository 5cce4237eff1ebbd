#!/bin/sh
# The manual must be clean for groff, and its lines fit a terminal.
#   manual.sh MAN_PAGE
set -eu
if ! command -v groff >/dev/null; then
	echo "no groff here: apt-get install groff-base"
	exit 77
fi
said=$(groff -man -Tutf8 -ww -rLL=78n "$1" 2>&1 >/dev/null)
if [ -n "$said" ]; then
	echo "$said"
	exit 1
fi
