#!/bin/sh
# Runs a command with everything the repo needs: installs the locked dependencies if they are not there yet (or have
# changed), and puts the pinned Node first in PATH, whatever Node the machine has. Stays in the current folder.
set -eu
root="$(cd "$(dirname "$0")/.." && pwd)"
if ! cmp -s "$root/package-lock.json" "$root/node_modules/.installed-lock"; then
  echo "installing dependencies (npm ci)" >&2
  (cd "$root" && npm ci --no-audit --no-fund --loglevel=error) >&2
  cp "$root/package-lock.json" "$root/node_modules/.installed-lock"
fi
PATH="$root/node_modules/.bin:$PATH"
export PATH
exec "$@"
