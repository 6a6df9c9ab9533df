import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiCore } from './apiCore.js';
import { Problem } from './problem.js';
import type { Policy, RequestAccess } from './policy.js';
import type { ReadLine } from '../access/reads/port.js';

/** Whether a request asks about persons, and whether its line must be written before it is answered. */
function manner(policy: Policy, method: string, dryRun: boolean): 'no' | 'noted' | 'waited' {
  switch (policy.kind) {
    case 'proposal':
    case 'record': {
      const { intent } = policy;
      if (policy.kind === 'record' && policy.export === true) return 'waited';
      if (intent === 'read' || intent === 'history') return method === 'GET' || dryRun ? 'noted' : 'no';
      if (intent === 'whole') return 'waited';
      return dryRun ? 'noted' : 'no';
    }
    case 'explain':
      return 'noted';
    case 'records':
    case 'open-record':
      return dryRun ? 'noted' : 'no';
    // Many persons at once: without its line, no answer.
    case 'list':
    case 'unit':
    case 'feed':
      return 'waited';
    default:
      return 'no';
  }
}

/**
 * Every question about persons leaves one line, answered or refused, whoever asked. Ordinary reads are written a moment
 * later; lists, the feed, raw events, forms and scans wait for their line, and are refused when it cannot be written.
 */
export function auditReads(fastify: FastifyInstance, { access }: Pick<ApiCore, 'access'>): void {
  fastify.addHook('onSend', async (request, reply, payload) => {
    const found = request.access;
    if (found === undefined || request.method === 'OPTIONS') return payload;
    const how = manner(found.policy, request.method, isDryRun(request));
    if (how === 'no') return payload;
    const line = lineOf(request, reply, found);
    if (how === 'noted' && !access.reads.isFull) {
      access.reads.note(line);
      return payload;
    }
    // A refusal shows nothing: it need not wait.
    if (reply.statusCode >= 400) {
      if (!access.reads.isFull) access.reads.note(line);
      return payload;
    }
    try {
      await access.reads.write(line);
      return payload;
    } catch {
      const problem = new Problem('unavailable');
      void reply.status(problem.status).header('content-type', 'application/problem+json; charset=utf-8');
      void reply.header('retry-after', '1').removeHeader('etag');
      for (const name of ['content-length', 'content-disposition']) void reply.removeHeader(name);
      if (payload instanceof Readable) payload.destroy();
      return JSON.stringify(problem.body('vi', request.id));
    }
  });
}

/** The line of a stream that is opened: what it will show is not known yet. Rejects when it cannot be written. */
export async function auditStream(
  request: FastifyRequest,
  reply: FastifyReply,
  { access }: Pick<ApiCore, 'access'>,
): Promise<void> {
  const found = request.access;
  if (found !== undefined) await access.reads.write(lineOf(request, reply, found));
}

function lineOf(request: FastifyRequest, reply: FastifyReply, found: RequestAccess): ReadLine {
  const { caller, verdict, standings, told } = found;
  const { id } = request.params as { id?: string };
  const isRecord = found.policy.kind === 'record' || found.policy.kind === 'explain';
  return {
    at: new Date().toISOString(),
    request: request.id,
    account: caller.account,
    unit: caller.unit,
    client: caller.client,
    route: `${request.method} ${request.routeOptions.url ?? ''}`,
    person: standings?.record ?? (isRecord && id !== undefined && /^[0-9a-f-]{36}$/.test(id) ? id : null),
    ground: verdict?.ground ?? null,
    consents: verdict?.consents ?? [],
    groups: verdict?.groups ?? [],
    asOf: told?.asOf ?? null,
    knownAt: told?.knownAt ?? null,
    filter: told?.filter ?? null,
    count: told?.count ?? null,
    status: reply.statusCode,
  };
}

function isDryRun({ query }: FastifyRequest): boolean {
  return (query as Record<string, unknown> | undefined)?.['dryRun'] === 'true';
}
