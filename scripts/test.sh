#!/bin/sh
# Every test: unit, property, simulation and black box. Arguments choose test files instead.
set -eu
cd "$(dirname "$0")/.."
if [ $# -eq 0 ]; then
  set -- 'src/**/*.test.ts' 'scripts/**/*.test.ts' 'bench/**/*.test.ts' 'test/**/*.test.ts'
fi
# As many files at once as there are processors, as many tests wait more than they work; Node alone would leave one idle.
# No test takes ten minutes: one that hangs fails instead.
exec sh scripts/with-deps.sh node --test --test-concurrency="$(getconf _NPROCESSORS_ONLN)" --test-timeout=600000 --test-reporter=./scripts/summary-reporter.ts "$@"
