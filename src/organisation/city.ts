import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import type { Day } from '../dates.js';
import { dayAfter } from '../reference/span.js';
import type { UnitFact } from './facts.js';

/** A fact of one unit, both named by their codes in the data: a code names one unit there, whatever its days. */
export interface CityFact {
  readonly unit: string;
  readonly fact: UnitFact;
  /** Invented, or merely typical: not a unit that is or was. */
  readonly sample: boolean;
}

type Row = Readonly<Record<string, string>>;

/** NQ 1659/NQ-UBTVQH15: two tiers, no districts. */
const REFORM: Day = '2025-07-01';
const REFORM_PAPER = { type: 'nghi_quyet', number: '1659/NQ-UBTVQH15', signedDate: '2025-06-16' };
const CITY = 'ubnd_tp';
const TYPE_OF_COMMUNE: Readonly<Record<string, readonly [type: string, name: string]>> = {
  phuong: ['ubnd_phuong', 'Ủy ban nhân dân phường'],
  xa: ['ubnd_xa', 'Ủy ban nhân dân xã'],
  dac_khu: ['ubnd_dac_khu', 'Ủy ban nhân dân đặc khu'],
};
/** The commune that takes a dissolved district's sample schools: the one of the district's name or seat. */
const SEAT_OF_DISTRICT: Readonly<Record<string, string>> = {
  ubnd_quan_490: '20197',
  ubnd_quan_491: '20209',
  ubnd_quan_492: '20242',
  ubnd_quan_493: '20263',
  ubnd_quan_494: '20285',
  ubnd_quan_495: '20260',
  ubnd_huyen_497: '20320',
  ubnd_huyen_498: '20333',
};

/**
 * The organisation of Đà Nẵng from 2012 to the two-tier reform of 2025-07-01 as dated facts, in an order in which
 * each can be recorded. `unitId` gives a unit's id by its code in the data.
 */
export function cityOfDaNang(unitId: (code: string) => string): CityFact[] {
  const old = read('organisation-2012');
  const changes = read('organisation-changes');
  const communes = read('organisation-2025');
  const facts: CityFact[] = [];
  const samples = new Set(old.filter((u) => u['sample'] === 'true').map((u) => u['code'] ?? ''));
  const known = new Set<string>();
  const add = (unit: string, fact: UnitFact) => {
    if (fact.type === 'unit_opened') known.add(unit);
    facts.push({ unit, fact, sample: samples.has(unit) });
  };
  const open = (code: string, effective: string | undefined, u: Row, parent: string | undefined) => {
    add(code, {
      type: 'unit_opened',
      ...(effective === undefined || effective === '' ? {} : { effective }),
      data: {
        code,
        name: u['name_vi'] ?? '',
        ...(u['name_en'] ? { nameEn: u['name_en'] } : {}),
        type: u['type'] ?? '',
        ...(u['level'] ? { level: Number(u['level']) } : {}),
        ...(parent ? { parent: unitId(parent) } : {}),
      },
    });
  };
  const end = (unit: string, effective: Day, document?: UnitFact['document']) => {
    add(unit, { type: 'unit_closed', effective, ...(document ? { document } : {}), data: {} });
  };

  for (const u of old) open(u['code'] ?? '', u['valid_from'], u, u['parent_code']);

  // Mergers and the split before the reform; a successor that is no unit of 2012 begins on that day.
  const ended = old
    .filter((u) => u['successor_code'] && (u['valid_to'] ?? '') < '2025-06-30')
    .sort((a, b) => compare(a['valid_to'] ?? '', b['valid_to'] ?? ''));
  for (const u of ended) {
    const unit = u['code'] ?? '';
    const effective = dayAfter(u['valid_to'] ?? '');
    const successors = (u['successor_code'] ?? '').split(';');
    for (const successor of successors)
      if (!known.has(successor)) {
        const change = changes.find(
          (c) => c['effective_date'] === effective && successor.includes(c['new_code'] ?? '?'),
        );
        const name = change?.['new_name_vi'] ?? '';
        const isWard = u['type'] === 'ubnd_phuong';
        const named = { ...u, name_vi: isWard ? `Ủy ban nhân dân ${lower(name)}` : name, name_en: '' };
        open(successor, effective, named, u['parent_code']);
      }
    if (successors.length === 1)
      add(unit, { type: 'unit_merged', effective, data: { into: unitId(successors[0] ?? '') } });
    else {
      for (const to of successors) add(unit, { type: 'unit_split', effective, data: { to: unitId(to) } });
      end(unit, effective);
    }
  }

  // The reform: 94 communes begin, the old ones pass into them, the districts end.
  const begun = new Map(communes.map((c) => [c['new_code'] ?? '', c]));
  for (const [code, c] of begun) {
    const [type, title] = TYPE_OF_COMMUNE[c['new_type'] ?? ''] ?? ['', ''];
    const name_vi = `${title} ${(c['new_name_vi'] ?? '').replace(/^(Phường|Xã|Đặc khu) /, '')}`;
    const name_en = `People’s Committee of ${c['new_name_en'] ?? ''}`;
    open(communeOf(code), REFORM, { type, level: '1', name_vi, name_en }, CITY);
  }
  const wards = old.filter((u) => u['gso_code']?.length === 5 && (u['valid_to'] ?? '') >= '2025-06-30');
  const merged = ['ubnd_cx_20236_2025', 'ubnd_cx_20278_2025'].map((code): Row => ({
    code,
    gso_code: code.slice(8, 13),
  }));
  for (const u of [...wards, ...merged]) {
    const unit = u['code'] ?? '';
    const rows = communes.filter((c) => c['old_code'] === u['gso_code']);
    const into = rows.map((c) => unitId(communeOf(c['new_code'] ?? '')));
    if (into.length === 1 && into[0] !== undefined)
      add(unit, {
        type: 'unit_merged',
        effective: REFORM,
        document: REFORM_PAPER,
        data: { into: into[0] },
      });
    else {
      for (const to of into)
        add(unit, { type: 'unit_split', effective: REFORM, document: REFORM_PAPER, data: { to } });
      end(unit, REFORM, REFORM_PAPER);
    }
  }
  for (const district of Object.keys(SEAT_OF_DISTRICT)) {
    const seat = unitId(communeOf(SEAT_OF_DISTRICT[district] ?? ''));
    for (const below of old.filter((u) => u['parent_code'] === district && !u['gso_code'])) {
      const unit = below['code'] ?? '';
      if (below['type'] === 'phong') end(unit, REFORM);
      else add(unit, { type: 'unit_reparented', effective: REFORM, data: { parent: seat } });
    }
    if (district === 'ubnd_huyen_498')
      add(district, {
        type: 'unit_merged',
        effective: REFORM,
        document: REFORM_PAPER,
        data: { into: seat },
      });
    else end(district, REFORM);
  }
  return facts;
}

/** A commune's unit since 2025-07-01, by its official code; the code alone had belonged to another unit before. */
function communeOf(code: string): string {
  return `ubnd_cx_${code}_202507`;
}

function read(name: string): Row[] {
  const file = fileURLToPath(new URL(`./data/${name}.csv`, import.meta.url));
  return parse<Row>(readFileSync(file, 'utf8').normalize('NFC'), {
    columns: true,
    bom: true,
    skip_empty_lines: true,
  });
}

function lower(name: string): string {
  return name.replace(/^(Phường|Xã)/, (title) => title.toLowerCase());
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
