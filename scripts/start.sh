#!/bin/sh
# npm start: everything from a fresh checkout to a running cluster with its first Job done. `npm start -- --once` ends there.
set -eu
cd "$(dirname "$0")/.."
exec sh scripts/with-deps.sh node scripts/start.ts "$@"
