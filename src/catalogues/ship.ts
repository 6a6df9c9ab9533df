import { createHash } from 'node:crypto';
import { NIL, stringify } from 'uuid';
import {
  MAX_APPEND_BYTES,
  type AppendOptions,
  type EventLog,
  type ProposedEvent,
  type RecordedEvent,
} from '../event-log/port.js';
import { decodeCatalogueEvent, encodeCatalogueEvent } from './codec.js';
import {
  catalogueStream,
  type CatalogueBody,
  type CatalogueEvent,
  type EntryContent,
  type NewCatalogueEvent,
} from './facts.js';
import { coverageText, entryText, rootsOf } from './list.js';
import { loadShipped, type ShippedData, type ShippedList } from './shipped.js';

/** What became of a shipment. */
export interface ShipReport {
  /** Events appended by this call. */
  readonly appended: number;
  /** Statements that were there already. */
  readonly present: number;
  /** Lists that a newer release has been at; this release leaves them alone. */
  readonly leftToNewer: readonly string[];
}

export interface ShipOptions extends AppendOptions {
  /** Default: the data of this release. */
  readonly data?: ShippedData;
  /** What of the log is known already; a list that needs nothing is then not read again. */
  readonly known?: { idsOf(list: string): Pick<ReadonlySet<string>, 'size' | 'has'> | undefined };
}

/** Metadata of a shipped event: nobody's command, and the edition that said it. */
interface ShippedMeta {
  readonly actor: { readonly account: string; readonly client: string; readonly unit: string };
  readonly shipped: { readonly edition: number };
}

const CLIENT = 'hoso-release';
const MOST_EVENTS = 500;
const MOST_ATTEMPTS = 50;

/**
 * Brings the reference data of a release into the log: what is new is recorded, what changed is corrected, what is
 * gone is rescinded. What was sent once is never sent again, whatever happened to it since; beside a newer edition
 * nothing is sent. Safe while other processes ship, the same edition or another.
 */
export async function ship(log: EventLog, options: ShipOptions = {}): Promise<ShipReport> {
  const { data = loadShipped(), recordedAt, known } = options;
  const lists = data.lists.filter((l) => !holdsJust(known?.idsOf(l.list), l));
  const streams = lists.map((l) => catalogueStream(l.list));
  const byStream = new Map<string, RecordedEvent[]>(streams.map((s) => [s, []]));
  for (const event of await log.readStreams(streams)) byStream.get(event.stream)?.push(event);
  let appended = 0;
  let present = sum(data.lists.map(sizeOf)) - sum(lists.map(sizeOf));
  const leftToNewer: string[] = [];
  for (const list of lists) {
    const there = byStream.get(catalogueStream(list.list)) ?? [];
    const sent = await shipList(
      log,
      list,
      data.edition,
      there,
      recordedAt === undefined ? {} : { recordedAt },
    );
    appended += sent.appended;
    if (sent.newer) leftToNewer.push(list.list);
    else present += sizeOf(list) - sent.said;
  }
  return { appended, present, leftToNewer };
}

/** Whether these events are just what a release says of a list. Their number first: to hash all of it takes time. */
function holdsJust(ids: Pick<ReadonlySet<string>, 'size' | 'has'> | undefined, list: ShippedList): boolean {
  return ids?.size === sizeOf(list) && statementsOf(list).every((id) => ids.has(id));
}

/** The ids of all that a release says of a list. */
function statementsOf({ list, entries, coverage }: ShippedList): string[] {
  return [
    ...entries.map((entry) => shippedId(list, 'entry', entryText(entry))),
    ...coverage.map((c) => shippedId(list, 'coverage', coverageText(c))),
  ];
}

function sizeOf({ entries, coverage }: ShippedList): number {
  return entries.length + coverage.length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}

async function shipList(
  log: EventLog,
  list: ShippedList,
  edition: number,
  there: readonly RecordedEvent[],
  options: AppendOptions,
): Promise<{ appended: number; said: number; newer: boolean }> {
  const stream = catalogueStream(list.list);
  let known = there;
  let appended = 0;
  let said = 0;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const plan = shipment(list, edition, known);
    if (plan === 'newer') return { appended, said, newer: true };
    const outcome = await appendAll(log, stream, known.length, plan, edition, options);
    appended += outcome.appended;
    said += outcome.said;
    if (outcome.done) return { appended, said, newer: false };
    // Another process was quicker: see what it said, and say only what is missing then.
    known = await log.readStream(stream);
  }
  throw new Error(
    `shipping list ${list.list}: gave way ${MOST_ATTEMPTS} times to other writers of ${stream}; ` +
      'let the other services finish starting, then start this one again',
  );
}

async function appendAll(
  log: EventLog,
  stream: string,
  length: number,
  plan: readonly NewCatalogueEvent[],
  edition: number,
  options: AppendOptions,
): Promise<{ done: boolean; appended: number; said: number }> {
  const meta: ShippedMeta = { actor: { account: NIL, client: CLIENT, unit: NIL }, shipped: { edition } };
  let last = length - 1;
  let appended = 0;
  let said = 0;
  for (const chunk of chunksOf(plan.map((event) => encodeCatalogueEvent(event, meta)))) {
    const expected = last < 0 ? 'none' : last;
    const outcome = await log.append({ stream, expected, events: chunk }, options);
    if (outcome.kind === 'wrongRevision' || outcome.kind === 'contentDiffers')
      return { done: false, appended, said };
    last = outcome.lastRevision;
    if (outcome.kind === 'appended') {
      appended += chunk.length;
      said += chunk.filter((e) => e.type !== 'catalogue_fact_rescinded').length;
    }
  }
  return { done: true, appended, said };
}

function chunksOf(events: readonly ProposedEvent[]): ProposedEvent[][] {
  const chunks: ProposedEvent[][] = [];
  let bytes = Infinity;
  for (const event of events) {
    const size = Buffer.byteLength(event.data) + Buffer.byteLength(event.meta) + 200;
    if (bytes + size > MAX_APPEND_BYTES / 2 || (chunks.at(-1)?.length ?? 0) >= MOST_EVENTS) {
      chunks.push([]);
      bytes = 0;
    }
    chunks.at(-1)?.push(event);
    bytes += size;
  }
  return chunks;
}

/**
 * What an edition of a list has still to say on its stream, in the order in which to say it: coverage is withdrawn
 * first and declared last, so that at no moment a list calls itself complete without its entries. Pure.
 */
export function shipment(
  shipped: ShippedList,
  edition: number,
  there: readonly RecordedEvent[],
): readonly NewCatalogueEvent[] | 'newer' {
  const editions = new Map(there.map((e) => [e.id, editionOf(e)]));
  if ([...editions.values()].some((e) => e !== null && e > edition)) return 'newer';
  const roots = rootsOf(there.map(decodeCatalogueEvent));
  const { list } = shipped;
  const kept = new Set<string>();
  const rootOf = new Map([...roots].flatMap(([root, events]) => events.map((e) => [e.id, root] as const)));
  const keep = (id: string): boolean => {
    const root = rootOf.get(id);
    if (root !== undefined) kept.add(root);
    return editions.has(id);
  };
  const entries = shipped.entries.map((entry) => ({ entry, id: shippedId(list, 'entry', entryText(entry)) }));
  const coverage = shipped.coverage.map((c) => ({ c, id: shippedId(list, 'coverage', coverageText(c)) }));
  const newEntries = entries.filter(({ id }) => !keep(id));
  const newCoverage = coverage.filter(({ id }) => !keep(id));

  // An entry of an earlier edition, by its code and first day as that edition last said them.
  const earlier = new Map<string, string>();
  for (const [root, events] of roots) {
    const said = lastShipped(events, editions);
    if (!kept.has(root) && said !== null) earlier.set(keyOf(said), root);
  }
  const corrections: NewCatalogueEvent[] = [];
  const records: NewCatalogueEvent[] = [];
  for (const { entry, id } of newEntries) {
    const target = earlier.get(keyOf(entry));
    if (target === undefined) records.push({ id, body: { kind: 'catalogue_entry_recorded', entry } });
    else {
      kept.add(target);
      corrections.push({ id, body: { kind: 'catalogue_entry_corrected', target, entry } });
    }
  }
  const gone = [...roots.keys()].filter((root) => !kept.has(root) && editions.get(root) != null);
  const rescissions = gone
    .map((target) => ({
      id: shippedId(list, 'rescission', target),
      body: { kind: 'catalogue_fact_rescinded', target } satisfies CatalogueBody,
    }))
    .filter(({ id }) => !editions.has(id));
  const isCoverage = (target: string) => roots.get(target)?.[0]?.body.kind === 'catalogue_coverage_declared';
  return [
    ...rescissions.filter((r) => isCoverage(r.body.target)),
    ...corrections,
    ...rescissions.filter((r) => !isCoverage(r.body.target)),
    ...records,
    ...newCoverage.map(({ c, id }) => ({
      id,
      body: { kind: 'catalogue_coverage_declared' as const, coverage: c },
    })),
  ];
}

/** What editions last said of an entry of theirs; null for an officer's own entry, and for a coverage. */
function lastShipped(
  events: readonly CatalogueEvent[],
  editions: ReadonlyMap<string, number | null>,
): EntryContent | null {
  let said: EntryContent | null = null;
  if (editions.get(events[0]?.id ?? '') == null) return null;
  for (const { id, body } of events)
    if (
      (body.kind === 'catalogue_entry_recorded' || body.kind === 'catalogue_entry_corrected') &&
      editions.get(id) != null
    )
      said = body.entry;
  return said;
}

function keyOf({ code, validFrom }: EntryContent): string {
  return `${validFrom ?? ''} ${code}`;
}

/** The edition that sent an event; null for an officer's own. */
function editionOf(event: RecordedEvent): number | null {
  return (JSON.parse(event.meta) as Partial<ShippedMeta>).shipped?.edition ?? null;
}

/** A UUID (version 8) of what is said: the same statement has the same id in every release and on every log. */
export function shippedId(list: string, kind: 'entry' | 'coverage' | 'rescission', text: string): string {
  const bytes = createHash('sha256')
    .update(JSON.stringify([list, kind, text]))
    .digest()
    .subarray(0, 16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return stringify(bytes);
}
