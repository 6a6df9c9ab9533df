import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What Prometheus may read at /metrics. */
export class Metrics {
  readonly registry = new Registry();

  /** Seconds from a command's arrival to its answer, by route kind and outcome. */
  readonly commands = new Histogram({
    name: 'hoso_command_seconds',
    help: 'Time to carry out a command, by action and outcome',
    labelNames: ['action', 'outcome'] as const,
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
    registers: [this.registry],
  });

  readonly conflicts = new Counter({
    name: 'hoso_append_conflicts_total',
    help: 'Appends that met another revision than expected: another writer was quicker',
    registers: [this.registry],
  });

  readonly groupCommit = new Histogram({
    name: 'hoso_group_commit_appends',
    help: 'Appends carried by one commit of the log',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
    registers: [this.registry],
  });

  readonly lagEvents = new Gauge({
    name: 'hoso_projection_lag_events',
    help: 'Events that a projection has not seen yet',
    labelNames: ['projection'] as const,
    registers: [this.registry],
  });

  readonly lagSeconds = new Gauge({
    name: 'hoso_projection_lag_seconds',
    help: 'Age of the oldest event that a projection has not seen yet',
    labelNames: ['projection'] as const,
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry, prefix: 'hoso_' });
  }
}
