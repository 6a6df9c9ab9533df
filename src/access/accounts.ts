import { LRUCache } from 'lru-cache';
import { LogUnavailable, type EventLog } from '../event-log/port.js';
import type { Units } from '../organisation/tree.js';
import type { Day } from '../dates.js';
import type { Metadata } from '../recording/metadata.js';
import type { CommandFrame, EventReceipt } from '../recording/recordDesk.js';
import type { Sealer } from '../sealing/port.js';
import { accountOf, type Account } from './account.js';
import type { Caller } from './caller.js';
import { AccountCodec } from './codec.js';
import { judge, mayAdminister } from './decide.js';
import { ACCOUNT, accountStream, type AccountEvent, type AccountFact } from './facts.js';
import type { AccountRuleCode } from './ruleBook.js';

/** A command on an account: one fact, by a caller whose rights are judged with it. */
export interface AccountCommand extends Omit<CommandFrame, 'actor'> {
  readonly caller: Caller;
  readonly account: string;
  readonly facts: readonly AccountFact[];
}

export type AccountAnswer =
  | {
      readonly kind: 'done';
      readonly account: Account;
      readonly position: bigint | null;
      readonly sequence: number | null;
      readonly events: readonly EventReceipt[];
      readonly replayed: boolean;
    }
  | { readonly kind: 'preview'; readonly events: readonly { readonly id: string; readonly type: string }[] }
  | { readonly kind: 'refused'; readonly rules: readonly AccountRuleCode[] }
  /** The caller does not administer this account. */
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'notFound' }
  | { readonly kind: 'keyReused' };

const KEPT = 20_000;
const MOST_ATTEMPTS = 5;
const PAGE = 5_000;

/**
 * The accounts, each read from its own stream. What is remembered of a stream is only its beginning: every question asks
 * the log for what came after, so that a right taken away in any process is gone with the next request.
 */
export class Accounts {
  private readonly codec: AccountCodec;
  private readonly known = new LRUCache<string, Account>({ maxSize: KEPT, sizeCalculation: () => 1 });

  constructor(
    private readonly log: EventLog,
    private readonly sealer: Sealer,
  ) {
    this.codec = new AccountCodec(sealer);
  }

  /** The id that an account of this name has, or would have. */
  idOf(name: string): string {
    return this.sealer.indexId('account', [normalName(name)]);
  }

  /** The account as it is now; null: there is none. */
  async find(id: string): Promise<Account | null> {
    const known = this.known.get(id) ?? null;
    const fresh = await this.log.readStream(accountStream(id), (known?.revision ?? -1) + 1);
    if (fresh.length === 0) return known;
    const account = accountOf(id, await this.codec.decode(fresh), known);
    if (account !== null) this.known.set(id, account);
    return account;
  }

  /** The account as it was known at a sequence; null: there was none. */
  async asOf(id: string, sequence: number): Promise<Account | null> {
    const stored = await this.log.readStream(accountStream(id));
    const known = stored.filter((e) => (e.sequence ?? Infinity) <= sequence);
    return known.length === 0 ? null : accountOf(id, await this.codec.decode(known));
  }

  /** Every account, by the order of creation. A few thousand at most; each is read as it is now. */
  async all(): Promise<Account[]> {
    const head = await this.log.head();
    const streams = new Map<string, AccountEvent[]>();
    for (let after = 0n; ;) {
      const page = await this.log.readCategories([ACCOUNT], after, head.position, PAGE);
      const events = await this.codec.decode(page);
      for (const [i, { stream }] of page.entries()) {
        const id = stream.slice(ACCOUNT.length);
        const own = streams.get(id) ?? [];
        own.push(events[i] as AccountEvent);
        streams.set(id, own);
      }
      if (page.length < PAGE) break;
      after = page.at(-1)?.position ?? head.position;
    }
    return [...streams].flatMap(([id, events]) => accountOf(id, events) ?? []);
  }

  /** Carries out a command. Rejects with LogUnavailable when the engine cannot be reached; then retry with the same key. */
  async execute(
    command: AccountCommand,
    world: { readonly units: Units; readonly today: Day },
  ): Promise<AccountAnswer> {
    const { account: id, facts, caller } = command;
    const context = { caller, ...world };
    const ids = facts.map((_, i) =>
      this.sealer.indexId('event', [
        caller.client,
        command.idempotencyKey,
        accountStream(id),
        String(i),
        command.body,
      ]),
    );
    const idem = this.sealer
      .index('idempotency', [caller.client, command.idempotencyKey])
      .toString('hex')
      .slice(0, 32);
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      const stored = await this.log.readStream(accountStream(id));
      const mine = stored.filter((e) => ids.includes(e.id));
      const last = mine.at(-1);
      if (last !== undefined && !command.dryRun)
        return {
          kind: 'done',
          account: (await this.find(id)) as Account,
          position: last.position,
          sequence: last.sequence,
          events: mine,
          replayed: true,
        };
      const before = accountOf(id, await this.codec.decode(stored));
      const begins = facts[0]?.type === 'account_created';
      if (before === null && !begins) return { kind: 'notFound' };
      if (before !== null && !begins && caller.account !== id && !mayAdminister(before, context))
        return { kind: 'forbidden' };
      if (begins && caller.right !== 'administer') return { kind: 'forbidden' };
      const rules = this.judgeAll(id, before, facts, context);
      if (rules.length > 0) return { kind: 'refused', rules };
      if (command.dryRun)
        return { kind: 'preview', events: facts.map(({ type }, i) => ({ id: ids[i] as string, type })) };
      const actor = { account: caller.account, unit: caller.unit, client: caller.client };
      const { correlation } = command;
      const meta: Metadata = { actor, idem, ...(correlation === undefined ? {} : { correlation }) };
      const answer = await this.append(id, stored.length - 1, facts, ids, meta);
      if (answer !== null) return answer;
    }
    throw new LogUnavailable('the account is changed faster than it can be read; retry');
  }

  /** What the service itself records of an account: a password set, a first administrator made. */
  async record(id: string, facts: readonly AccountFact[], key: string, meta: Metadata): Promise<Account> {
    const ids = facts.map((_, i) => this.sealer.indexId('event', ['account', id, key, String(i)]));
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      const stored = await this.log.readStream(accountStream(id));
      const answer = await this.append(id, stored.length - 1, facts, ids, meta);
      if (answer?.kind === 'done') return answer.account;
    }
    throw new LogUnavailable('the account is changed faster than it can be read; retry');
  }

  private judgeAll(
    id: string,
    before: Account | null,
    facts: readonly AccountFact[],
    context: Parameters<typeof judge>[2],
  ): AccountRuleCode[] {
    let account = before;
    const rules: AccountRuleCode[] = [];
    for (const [i, fact] of facts.entries()) {
      rules.push(...judge(account, fact, context));
      const revision = (account?.revision ?? -1) + 1;
      account = accountOf(id, [{ id: `${i}`, revision, sequence: null, recordedAt: '', fact }], account);
    }
    return [...new Set(rules)];
  }

  private async append(
    id: string,
    revision: number,
    facts: readonly AccountFact[],
    ids: readonly string[],
    meta: Metadata,
  ): Promise<AccountAnswer | null> {
    const stream = accountStream(id);
    const events = await Promise.all(
      facts.map((fact, i) => this.codec.encode(id, ids[i] as string, fact, meta)),
    );
    const outcome = await this.log.append({ stream, expected: revision < 0 ? 'none' : revision, events });
    if (outcome.kind === 'contentDiffers') return { kind: 'keyReused' };
    if (outcome.kind === 'wrongRevision') return null;
    const account = (await this.find(id)) as Account;
    const { position, sequence, recordedAt, firstRevision } = outcome;
    return {
      kind: 'done',
      account,
      position,
      sequence,
      events: events.map((e, i) => ({
        id: e.id,
        type: e.type,
        revision: firstRevision + i,
        sequence: sequence === null ? null : sequence - (events.length - 1) + i,
        recordedAt,
      })),
      replayed: outcome.kind === 'alreadyAppended',
    };
  }
}

/** Names that a reader takes for the same are the same. */
export function normalName(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}
