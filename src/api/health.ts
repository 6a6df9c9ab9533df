import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Health } from '../observability/health.js';
import { Metrics } from '../observability/metrics.js';
import { Allow } from './policy.js';

/** For supervisors and Prometheus; says no more than names. */
@ApiExcludeController()
@Controller()
export class HealthController {
  constructor(
    @Inject(Health) private readonly health: Health,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  /** The process lives. */
  @Get('livez')
  @Allow({ kind: 'open' })
  async live(@Res() reply: FastifyReply): Promise<void> {
    await reply.send({ status: 'ok' });
  }

  /** It can carry out commands and answer: 503 names what cannot. */
  @Get('readyz')
  @Allow({ kind: 'open' })
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const checks = await this.health.check();
    const failing = checks.filter((c) => !c.ok);
    await reply
      .status(failing.length === 0 ? 200 : 503)
      .send({ status: failing.length === 0 ? 'ok' : 'not ready', checks });
  }

  @Get('metrics')
  @Allow({ kind: 'open' })
  async prometheus(@Res() reply: FastifyReply): Promise<void> {
    await this.health.measure();
    await reply
      .header('content-type', this.metrics.registry.contentType)
      .send(await this.metrics.registry.metrics());
  }
}
