/** A small city, and callers in it, for specifications of rights. */
import type { Caller } from '../../src/access/caller.js';
import type { Consent } from '../../src/access/account.js';
import type { Standing } from '../../src/access/decision.js';
import type { Units } from '../../src/organisation/tree.js';
import { unitHistory } from '../../src/organisation/history.js';
import type { UnitEvent, UnitFact } from '../../src/organisation/facts.js';

export const TODAY = '2026-11-27';

/** Ids that can be read. */
export function idOf(name: string): string {
  const hex = Buffer.from(name).toString('hex').padEnd(12, '0').slice(0, 12);
  return `00000000-0000-4000-8000-${hex}`;
}

interface UnitPlan {
  readonly level?: number;
  readonly parent?: string;
  /** Merged whole into another on this day. */
  readonly merged?: { readonly on: string; readonly into: string };
  /** Under another parent from this day on. */
  readonly moved?: { readonly on: string; readonly under: string };
}

/** Units by name. */
export function city(plans: Readonly<Record<string, UnitPlan>>): Units {
  const histories = Object.entries(plans).map(([name, { level, parent, merged, moved }]) => {
    const opened = {
      code: name,
      name,
      type: 'unlisted',
      ...(level === undefined ? {} : { level }),
      ...(parent === undefined ? {} : { parent: idOf(parent) }),
    };
    const facts: UnitFact[] = [
      { type: 'unit_opened', effective: '2000-01-01', data: opened },
      ...(moved === undefined
        ? []
        : [{ type: 'unit_reparented' as const, effective: moved.on, data: { parent: idOf(moved.under) } }]),
      ...(merged === undefined
        ? []
        : [{ type: 'unit_merged' as const, effective: merged.on, data: { into: idOf(merged.into) } }]),
    ];
    const events: UnitEvent[] = facts.map((fact, i) => ({
      id: idOf(`${name}${i}`),
      revision: i,
      sequence: i + 1,
      recordedAt: '2000-01-01T00:00:00.000Z',
      body: { kind: 'fact', fact },
    }));
    const history = unitHistory(idOf(name), events);
    if (history === null) throw new Error(`no unit ${name}`);
    return [history.id, history] as const;
  });
  const byId = new Map(histories);
  return {
    history: (id) => byId.get(id) ?? null,
    withCode: (code) => [...byId.values()].filter((u) => u.id === idOf(code)),
    all: () => byId.values(),
  };
}

/** Two departments with schools below one, and Home Affairs. */
export const CITY = city({
  city: { level: 0 },
  snv: { level: 3, parent: 'city' },
  sgd: { level: 2, parent: 'city' },
  room: { parent: 'sgd' },
  school: { level: 1, parent: 'sgd' },
  other: { level: 1, parent: 'sgd' },
  syt: { level: 2, parent: 'city' },
});

export function caller(unit: string | null, more: Partial<Caller> = {}): Caller {
  return {
    account: idOf('account'),
    unit: unit === null ? '00000000-0000-4000-8000-000000000000' : idOf(unit),
    client: idOf('account'),
    right: unit === null ? null : 'update',
    reach: 'unit',
    scopes: null,
    person: null,
    consents: [],
    ...more,
  };
}

export function consent(more: Partial<Consent>): Consent {
  return {
    id: idOf('consent'),
    document: '7/CV',
    groups: ['identity'],
    from: '2026-01-01',
    until: '2026-12-31',
    withdrawn: false,
    ...more,
  };
}

/** A record kept by the school, where the person is. */
export function record(more: Partial<Standing> = {}): Standing {
  const spells = [{ unit: idOf('school'), from: '2015-01-01', to: null }];
  return {
    person: idOf('person'),
    keeper: idOf('school'),
    place: idOf('school'),
    receiver: null,
    spells,
    ...more,
  };
}
