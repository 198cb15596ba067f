import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MetricsRegistry } from '#base/metrics.ts';

test('counters, gauges and histograms are told as Prometheus reads them', () => {
  const registry = new MetricsRegistry();
  const calls = registry.counter('calls_total', 'How often\nsomebody called.', ['who', 'code']);
  const seconds = registry.histogram('call_seconds', 'How long.', [0.1, 1], ['who']);
  const plain = registry.histogram('plain_seconds', 'How long all in all.', [1]);
  let open = 1;
  registry.gauge('open', 'How many are open.', [], () => [[[], open]]);
  registry.gauge('cpu_total', 'What grows elsewhere.', ['of'], () => [[['us'], 1.5]], 'counter');
  calls.add(['a', '200']);
  calls.add(['a', '200'], 2);
  calls.add(['say "\\"\n', '404']);
  for (const value of [0.05, 0.1, 0.5, 7]) seconds.observe(['a'], value);
  plain.observe([], 2);
  open = 3;
  assert.equal(
    [...registry.lines()].join(''),
    [
      '# HELP calls_total How often\\nsomebody called.',
      '# TYPE calls_total counter',
      'calls_total{who="a",code="200"} 3',
      'calls_total{who="say \\"\\\\\\"\\n",code="404"} 1',
      '# HELP call_seconds How long.',
      '# TYPE call_seconds histogram',
      'call_seconds_bucket{who="a",le="0.1"} 2',
      'call_seconds_bucket{who="a",le="1"} 3',
      'call_seconds_bucket{who="a",le="+Inf"} 4',
      'call_seconds_sum{who="a"} 7.65',
      'call_seconds_count{who="a"} 4',
      '# HELP plain_seconds How long all in all.',
      '# TYPE plain_seconds histogram',
      'plain_seconds_bucket{le="1"} 0',
      'plain_seconds_bucket{le="+Inf"} 1',
      'plain_seconds_sum 2',
      'plain_seconds_count 1',
      '# HELP open How many are open.',
      '# TYPE open gauge',
      'open 3',
      '# HELP cpu_total What grows elsewhere.',
      '# TYPE cpu_total counter',
      'cpu_total{of="us"} 1.5',
      '',
    ].join('\n'),
  );
});
