#!/bin/sh
# The scripts of the tree must pass shellcheck.
#   scripts.sh ROOT
set -eu
if ! command -v shellcheck >/dev/null; then
	echo "no shellcheck here: apt-get install shellcheck"
	exit 77
fi
cd "$1"
shellcheck script/setup script/test script/demo script/bench .ci/run \
	tests/project/*.sh
