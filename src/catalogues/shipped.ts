import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import type { CoverageContent, EntryContent } from './facts.js';

/**
 * Number of the shipped data's edition. Raise it by one with every change below `data/`: it is how an older release
 * knows that a newer one has been here, and adds nothing (see ship.ts).
 */
export const EDITION = 8;

/** One list as a release ships it. */
export interface ShippedList {
  readonly list: string;
  readonly entries: readonly EntryContent[];
  readonly coverage: readonly CoverageContent[];
}

/** The lists of one release. */
export interface ShippedData {
  readonly edition: number;
  readonly lists: readonly ShippedList[];
}

const COMMON = ['code', 'name_vi', 'name_en', 'source', 'valid_from', 'valid_to', 'confirmed'];
const COVERAGE_FILE = 'coverage.csv';

type Row = Readonly<Record<string, string>>;

/** Reads the data shipped with this release; a test checks the form of every entry, so that a start need not. */
export function loadShipped(): ShippedData {
  const files = readdirSync(dataPath('')).filter((name) => name.endsWith('.csv') && name !== COVERAGE_FILE);
  const coverage = readRows(COVERAGE_FILE);
  const lists = files.sort().map((name) => {
    const list = name.slice(0, -'.csv'.length);
    return {
      list,
      entries: readRows(name).map(entryOfRow),
      coverage: coverage.filter((row) => row['list'] === list).map(coverageOfRow),
    };
  });
  return { edition: EDITION, lists };
}

function dataPath(name: string): string {
  // The .csv files stand next to the compiled file as they do next to this one.
  return fileURLToPath(new URL(`./data/${name}`, import.meta.url));
}

function readRows(name: string): Row[] {
  return parse<Row>(readFileSync(dataPath(name), 'utf8').normalize('NFC'), {
    columns: true,
    bom: true,
    skip_empty_lines: true,
  });
}

function entryOfRow(row: Row): EntryContent {
  const attributes = Object.entries(row).filter(([column, text]) => !COMMON.includes(column) && text !== '');
  return {
    code: row['code'] ?? '',
    name: row['name_vi'] ?? '',
    ...optional('nameEn', row['name_en']),
    source: row['source'] ?? '',
    ...optional('validFrom', row['valid_from']),
    ...optional('validTo', row['valid_to']),
    confirmed: row['confirmed'] === 'true',
    ...(attributes.length === 0 ? {} : { attributes: Object.fromEntries(attributes) }),
  };
}

function coverageOfRow(row: Row): CoverageContent {
  return {
    ...optional('from', row['from']),
    ...optional('to', row['to']),
    ...optional('scope', row['scope']),
    source: row['source'] ?? '',
    ...optional('why', row['why']),
  };
}

function optional<Key extends string>(key: Key, text: string | undefined): { [K in Key]?: string } {
  return text === undefined || text === '' ? {} : ({ [key]: text } as { [K in Key]?: string });
}
