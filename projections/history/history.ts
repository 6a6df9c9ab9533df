import { FIELD_GROUPS, type FieldGroup } from '../../src/fieldGroups.js';
import type { FactContent } from '../../src/record/action.js';
import { DisputeMarks } from '../../src/record/disputes.js';
import type { Envelope, Grounds } from '../../src/record/events.js';
import { fieldsOf } from '../../src/record/fields.js';
import { actionOf } from '../../src/record/registry.js';
import type { State } from '../../src/record/state.js';
import { timeline, type FactLine, type Finding, type Timeline } from '../../src/record/timeline.js';
import type { Metadata } from '../../src/recording/metadata.js';
import { rowsOf, type ProjectionOf } from '../../src/projecting/projection.js';
import { FactRow, FindingRow, type ChangeView } from './rows.js';

/** Everything ever recorded of a person, with what stands of it, its findings and its delay. */
export const history: ProjectionOf<'person'> = {
  name: 'history',
  version: 5,
  of: 'person',
  tables: [FactRow, FindingRow],
  usesReference: true,
  views: new URL('./views/', import.meta.url),
  fold: ({ events, metas }, reference) => {
    const record = timeline(events, reference);
    const places = new Map(record.lines.map((l, i) => [l.event.id, i]));
    const lines = [...record.lines, ...record.rescinded].sort((a, b) => a.event.revision - b.event.revision);
    const disputes = new DisputeMarks(record);
    const withdrawn = record.withdrawal !== null;
    return [
      rowsOf(
        FactRow,
        'person',
        lines.map((l) => factRow(l, { metas, withdrawn, disputes, place: places.get(l.event.id) ?? null })),
      ),
      rowsOf(FindingRow, 'person', withdrawn ? [] : findingRows(record, places)),
    ];
  },
};

interface Around {
  readonly metas: readonly Metadata[];
  readonly withdrawn: boolean;
  readonly disputes: DisputeMarks;
  readonly place: number | null;
}

type FactOnly = Omit<FactRow, 'person' | 'n'>;
type FindingOnly = Omit<FindingRow, 'person' | 'n'>;

/** The fields of actions that have columns of their own. */
interface Typed {
  readonly unit?: string;
  readonly toUnit?: string;
  readonly fromUnit?: string;
  readonly position?: string;
  readonly grade?: string;
  readonly step?: number;
  readonly coefficient?: string;
  readonly salaryDate?: string;
  readonly amount?: string;
  readonly per?: string;
}

/** By line: its row with no dispute about it, and what it depends on beside the line. Most lines stay as they are. */
const undisputed = new WeakMap<FactLine, Pick<Around, 'withdrawn' | 'place'> & { readonly row: FactOnly }>();

/** The same object where nothing of it changed. */
function factRow(line: FactLine, around: Around): FactOnly {
  const { withdrawn, disputes, place } = around;
  if (disputes.of(line.event.id).length > 0) return factRowAnew(line, around);
  let known = undisputed.get(line);
  if (known?.withdrawn !== withdrawn || known.place !== place) {
    known = { withdrawn, place, row: factRowAnew(line, around) };
    undisputed.set(line, known);
  }
  return known.row;
}

function factRowAnew(line: FactLine, { metas, withdrawn, disputes, place }: Around): FactOnly {
  const { fact, event, origin } = line;
  const actor = metas[event.revision]?.actor;
  return {
    fact: event.id,
    revision: event.revision,
    sequence: event.sequence as number,
    recordedAt: event.recordedAt,
    action: fact.action,
    effective: fact.effective,
    effectiveFirst: fact.range.first,
    effectiveLast: fact.range.last,
    ordinal: fact.ordinal ?? null,
    place,
    delayDays: daysFrom(fact.range.last, event.recordedAt),
    standing: line.standing,
    corrected: line.corrections.some((c) => c.standing),
    recordWithdrawn: withdrawn,
    ...documentColumns(fact),
    ...typedColumns(fact),
    data: fact.data,
    original: line.corrections.some((c) => c.standing) ? contentView(line.original) : null,
    corrections: line.corrections.map((c) => ({ ...changeView(c, metas), content: contentView(c.content) })),
    rescissions: line.rescissions.map((r) => ({ ...changeView(r, metas), target: r.target })),
    originSource: origin?.source ?? null,
    originRef: origin?.ref ?? null,
    originRecord: origin?.record ?? null,
    originEvent: origin?.event ?? null,
    actorAccount: actor?.account ?? null,
    actorUnit: actor?.unit ?? null,
    disputed: disputes.of(event.id),
    erased: fact.erased ?? [],
    groups: groupsOf(fact.action),
  };
}

const groupsByAction = new Map<string, readonly FieldGroup[]>();

/** A document's signer and summary, and reasons, are history whatever the action is. */
function groupsOf(action: string): readonly FieldGroup[] {
  let groups = groupsByAction.get(action);
  if (groups === undefined) {
    const held = new Set(['history', ...fieldsOf(actionOf(action).fields).map((f) => f.secrecy)]);
    groups = FIELD_GROUPS.filter((g) => held.has(g));
    groupsByAction.set(action, groups);
  }
  return groups;
}

function documentColumns({ document = {} }: FactContent) {
  return {
    documentType: document.type ?? null,
    documentNumber: document.number ?? null,
    documentSigned: document.signedDate ?? null,
    documentEffective: document.effectiveDate ?? null,
    documentUnit: document.issuingUnit ?? null,
    documentAgency: document.issuingAgency ?? null,
    documentSigner: document.signerName ?? null,
    documentSignerPosition: document.signerPosition ?? null,
    documentSummary: document.summary ?? null,
    documentHash: document.attachmentHash ?? null,
  };
}

function typedColumns({ action, data }: FactContent<Typed>) {
  return {
    unit: data.toUnit ?? data.unit ?? null,
    fromUnit: data.fromUnit ?? null,
    position: hasPosition(action) ? (data.position ?? null) : null,
    grade: data.grade ?? null,
    step: data.step ?? null,
    coefficient: data.coefficient ?? null,
    salaryDate: data.salaryDate ?? null,
    amount: data.amount ?? null,
    per: data.per ?? null,
  };
}

/** A recruitment names a position of another list, and seals it. */
function hasPosition(action: string): boolean {
  return fieldsOf(actionOf(action).fields).some((f) => f.list === 'standard_position');
}

function contentView({ effective, ordinal, document, data }: FactContent): object {
  return { effective, ordinal, document, data };
}

function changeView(
  change: Grounds & { readonly event: Envelope; readonly standing: boolean },
  metas: readonly Metadata[],
): ChangeView {
  const { event, standing, reason, approval } = change;
  const actor = metas[event.revision]?.actor;
  return {
    event: event.id,
    sequence: event.sequence,
    recordedAt: event.recordedAt,
    standing,
    reason,
    ...(approval === undefined ? {} : { approval }),
    account: actor?.account ?? null,
    unit: actor?.unit ?? null,
  };
}

function findingRows(record: Timeline, places: ReadonlyMap<string, number>): FindingOnly[] {
  const recordUnit = record.states.at(-1)?.lastUnit?.unit ?? null;
  return record.findings.map((finding: Finding) => {
    const place = places.get(finding.fact) ?? 0;
    const state = record.states[place] as State;
    const { rule, kind, fact, others, field, params, settled } = finding;
    return {
      rule,
      kind,
      fact,
      others,
      field: field ?? null,
      params,
      effectiveFirst: record.lines[place]?.fact.range.first as string,
      unit: state.unit?.unit ?? state.lastUnit?.unit ?? null,
      recordUnit,
      settled: settled !== null,
      settledBy: settled?.event.id ?? null,
      settledAt: settled?.event.recordedAt ?? null,
      settledReason: settled?.reason ?? null,
    };
  });
}

const DAY = 86_400_000;
// Vietnam has kept this offset since 1975, long before the first event of any log.
const VIETNAM = 7 * 3_600_000;

/** Days from a calendar day to the day in Vietnam of a moment. */
function daysFrom(day: string, moment: string): number {
  return Math.floor((Date.parse(moment) + VIETNAM) / DAY) - Date.parse(`${day}T00:00:00Z`) / DAY;
}
