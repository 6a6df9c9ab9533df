import { SetMetadata, type CanActivate, type ExecutionContext, type Type } from '@nestjs/common';
import { ApiBearerAuth } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Account } from '../access/account.js';
import type { Caller } from '../access/caller.js';
import { consentsFor, isBelow, reachOf } from '../access/caller.js';
import { mayAdminister } from '../access/decide.js';
import type { Ground, Verdict } from '../access/decision.js';
import type { Standings } from '../access/gate.js';
import type { Intent, Scope } from '../access/rights.js';
import type { ApiCore } from './apiCore.js';
import type { FieldGroup } from '../fieldGroups.js';
import { isId } from './headers.js';
import { noSuchProposal, noSuchRecord, noSuchUnit, Problem } from './problem.js';

/**
 * Who may use a route. Every route declares one: the service does not start with a route that has none, and the guard
 * refuses what it finds no policy on.
 */
export type Policy =
  /** Anybody, without a login: ways in, health. */
  | { readonly kind: 'open' }
  /** Whoever is logged in, for their own account; also before a second factor is set up, where told so. */
  | { readonly kind: 'self'; readonly early?: boolean }
  /** Units and lists of codes: no personal data. */
  | { readonly kind: 'reference' }
  /**
   * One record, named by the path’s `id`; `grounds` narrows on what the right may rest; `export`: what leaves the service
   * whole, as a form or a file, waits for its line in the audit of reads.
   */
  | {
      readonly kind: 'record';
      readonly intent: Intent;
      readonly grounds?: readonly Ground[];
      readonly export?: true;
    }
  /** The record that a proposal is about, named by the path’s `id`. */
  | { readonly kind: 'proposal'; readonly intent: Intent }
  /** Asked for one's own rights to a record. */
  | { readonly kind: 'explain' }
  /** Opens records: any agency's account. */
  | { readonly kind: 'open-record' }
  /** Several records, named in the body. */
  | { readonly kind: 'records'; readonly of: (body: unknown) => readonly string[] }
  /** A list that shows what the caller may see. */
  | { readonly kind: 'list' }
  /**
   * As a list, of one unit that the caller must reach, named by the path’s `id`; `groups` are the field groups that its
   * rows are drawn from, all of which a consent must show (default: the identity).
   */
  | { readonly kind: 'unit'; readonly groups?: readonly FieldGroup[] }
  /** Changes, of what the caller may see. */
  | { readonly kind: 'feed' }
  /** What an agency says of itself, named by the path’s `id`: its reports, checks, payroll. */
  | { readonly kind: 'own-unit' }
  /** City-wide functions of Home Affairs (Điều 5.2): units, lists of codes. */
  | { readonly kind: 'city' }
  /** Accounts: whoever administers; which of them is judged with the command. */
  | { readonly kind: 'accounts' };

/** What the guard found out of a request. */
export interface RequestAccess {
  readonly caller: Caller;
  readonly account: Account;
  /** Unit that the session or token was given for. */
  readonly actsFor: string | null;
  readonly policy: Policy;
  /** Of a route about one record. */
  readonly verdict?: Extract<Verdict, { allowed: true }>;
  readonly standings?: Standings;
  /** What a handler adds for the audit of reads. */
  told?: { asOf?: string; knownAt?: number; filter?: string; count?: number };
}

declare module 'fastify' {
  interface FastifyRequest {
    access?: RequestAccess;
  }
}

const POLICY = Symbol('policy');

/** Declares who may use a route. */
export function Allow(policy: Policy): MethodDecorator {
  const set = SetMetadata(POLICY, policy);
  const documented = policy.kind === 'open' ? null : ApiBearerAuth('bearer');
  return (target, key, descriptor) => {
    set(target, key, descriptor);
    documented?.(target, key, descriptor);
  };
}

export function policyOf(handler: object): Policy | undefined {
  return Reflect.getMetadata(POLICY, handler) as Policy | undefined;
}

/** Throws when a route of these controllers declares no policy: the service then does not start, nor does any test. */
export function requirePolicies(controllers: readonly Type[]): void {
  for (const controller of controllers) {
    const prototype = controller.prototype as Record<string, unknown>;
    for (const name of Object.getOwnPropertyNames(prototype)) {
      const handler = prototype[name];
      if (name === 'constructor' || typeof handler !== 'function') continue;
      if (Reflect.hasMetadata('path', handler) && policyOf(handler) === undefined)
        throw new Error(
          `route ${controller.name}.${name} declares no policy: say with @Allow(…) who may use it`,
        );
    }
  }
}

/** Who asks; there is always somebody behind the guard. */
export function accessOf(request: FastifyRequest): RequestAccess {
  if (request.access === undefined) throw new Problem('unauthenticated');
  return request.access;
}

/** Adds to what the audit of reads will tell of this request. */
export function tell(request: FastifyRequest, more: NonNullable<RequestAccess['told']>): void {
  if (request.access !== undefined) request.access.told = { ...request.access.told, ...more };
}

const SCOPES: Readonly<Partial<Record<Policy['kind'], Scope>>> = {
  reference: 'reference:read',
  list: 'lists:read',
  unit: 'lists:read',
  feed: 'feed:read',
  'open-record': 'records:command',
  'own-unit': 'records:command',
  records: 'records:command',
  explain: 'records:read',
};

/** Stands before every route: no login, no policy or no right, and nothing of the route runs. */
export class PolicyGuard implements CanActivate {
  constructor(private readonly core: ApiCore) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const policy = policyOf(context.getHandler());
    if (policy === undefined) throw new Problem('forbidden');
    if (policy.kind === 'open') return true;
    const found = await this.authenticate(request);
    const { stage, ...who } = found;
    request.access = { ...who, policy };
    if (stage !== 'full' && !(policy.kind === 'self' && policy.early === true))
      throw new Problem('second-factor');
    this.checkMachine(who.caller, policy);
    await this.check(request, policy, who);
    return true;
  }

  /** The caller of a request's token. Throws Problem (401). */
  async authenticate(request: FastifyRequest) {
    const token = bearerOf(request);
    const found = token === null ? null : await this.core.access.logins.authenticate(token);
    if (found === null) throw new Problem('unauthenticated');
    return found;
  }

  private checkMachine({ scopes }: Caller, policy: Policy): void {
    if (scopes === null || policy.kind === 'record' || policy.kind === 'proposal') return;
    const scope = SCOPES[policy.kind];
    if (scope === undefined && policy.kind === 'self') return;
    if (scope !== undefined && scopes.includes(scope)) return;
    throw forbidden(
      'scope',
      'tài khoản của hệ thống không được dùng vào việc này',
      'the machine’s scopes do not cover it',
    );
  }

  private async check(
    request: FastifyRequest,
    policy: Policy,
    who: Pick<RequestAccess, 'caller' | 'account' | 'actsFor'>,
  ): Promise<void> {
    const { gate } = this.core.access;
    const { caller } = who;
    // A merger of units decided in another process counts from this moment on.
    if (caller.reach !== 'city') await this.core.references.sync();
    const isCity = () => reachOf(caller, gate.units, gate.today) === 'city';
    switch (policy.kind) {
      case 'open':
      case 'self':
      case 'reference':
      case 'list':
      case 'feed':
      case 'explain':
        return;
      case 'record':
        request.access = { ...who, policy, ...(await this.record(this.recordOf(request), caller, policy)) };
        return;
      case 'proposal': {
        const record = await this.recordOfProposal(request);
        request.access = { ...who, policy, ...(await this.record(record, caller, policy)) };
        return;
      }
      case 'records':
        await this.records(caller, policy.of(request.body));
        return;
      case 'open-record':
        if (caller.right === null) throw noRight();
        return;
      case 'city':
        if (caller.right !== 'administer' || !isCity()) throw noRight();
        return;
      case 'accounts':
        if (caller.right !== 'administer') throw noRight();
        await this.account(request, caller);
        return;
      case 'own-unit': {
        const id = this.unitOf(request);
        const isOwn = caller.right !== null && isBelow(id, caller.unit, gate.units, gate.today);
        if (caller.right === null || !(isOwn || isCity())) throw noRight();
        return;
      }
      case 'unit': {
        const id = this.unitOf(request);
        const tops = [
          ...(caller.right === null ? [] : [caller.unit]),
          ...consentsFor(caller, policy.groups).flatMap((c) => c.unit ?? []),
        ];
        if (!isCity() && !tops.some((top) => isBelow(id, top, gate.units, gate.today))) throw noRight();
        return;
      }
      default:
        return policy satisfies never;
    }
  }

  /** Before anything is told of an account, or of what was sent about it. */
  private async account(request: FastifyRequest, caller: Caller): Promise<void> {
    const { id } = request.params as { id?: string };
    const { accounts, gate } = this.core.access;
    const account = id === undefined || !isId(id) ? null : await accounts.find(id);
    if (account === null) return;
    if (!mayAdminister(account, { caller, units: gate.units, today: gate.today })) throw noRight();
  }

  private unitOf(request: FastifyRequest): string {
    const { id } = request.params as { id: string };
    if (isId(id) && this.core.access.gate.units.history(id) !== null) return id;
    throw noSuchUnit();
  }

  private recordOf(request: FastifyRequest): string {
    const { id } = request.params as { id: string };
    if (isId(id)) return id;
    throw noSuchRecord();
  }

  private async recordOfProposal(request: FastifyRequest): Promise<string> {
    const { id } = request.params as { id: string };
    const record = isId(id) ? await this.core.proposals.recordOf(id) : null;
    if (record === null) throw noSuchProposal();
    return record;
  }

  private async record(
    id: string,
    caller: Caller,
    { intent, grounds }: { readonly intent: Intent; readonly grounds?: readonly Ground[] },
  ): Promise<Pick<RequestAccess, 'verdict' | 'standings'>> {
    const { gate } = this.core.access;
    const reads = intent === 'read' || intent === 'history';
    const standings = await gate.standing(id, reads);
    if (standings === null) throw noSuchRecord();
    const verdict = gate.decide(caller, intent, standings.standing);
    if (!verdict.allowed || (grounds !== undefined && !grounds.includes(verdict.ground))) throw noRight();
    return { verdict, standings };
  }

  private async records(caller: Caller, ids: readonly string[]): Promise<void> {
    const { gate } = this.core.access;
    for (const id of new Set(ids)) {
      const standings = isId(id) ? await gate.standing(id, false) : null;
      // Who is not there is told with the rest, by the command itself.
      if (standings !== null && !gate.decide(caller, 'command', standings.standing).allowed) throw noRight();
    }
    if (caller.right === null) throw noRight();
  }
}

/** The token of a request's Authorization header; null: none. */
export function bearerOf(request: FastifyRequest): string | null {
  return /^Bearer ([\w.~+/=-]{1,4000})$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

export function forbidden(rule: string, vi: string, en: string): Problem {
  return new Problem('forbidden', [{ rule, vi, en }]);
}

export function noRight(): Problem {
  return forbidden(
    'no_right',
    'tài khoản không có quyền này; xem access/explain của hồ sơ',
    'the account has no right to it; see access/explain of the record',
  );
}
