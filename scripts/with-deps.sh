#!/bin/sh
# Runs a command of the repo with everything it needs: installs the locked dependencies if they are not there yet (or have
# changed), and puts the pinned Node first in PATH, whatever Node the machine has.
set -eu
cd "$(dirname "$0")/.."
if ! cmp -s package-lock.json node_modules/.installed-lock; then
  echo "installing dependencies (npm ci)" >&2
  npm ci --no-audit --no-fund --loglevel=error >&2
  cp package-lock.json node_modules/.installed-lock
fi
PATH="$PWD/node_modules/.bin:$PATH"
export PATH
exec "$@"
