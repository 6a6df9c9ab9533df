import type { CatalogueEvent } from '../catalogues/facts.js';
import { coverageOf, entryOf, rootIdOf, type CatalogueEntry, type Coverage } from '../catalogues/list.js';
import { Versions } from './versions.js';

/** An entry and all that was said of it. */
interface EntryLine {
  readonly events: CatalogueEvent[];
  readonly entry: Versions<CatalogueEntry | null>;
}

/** The key of whatever depends on all entries of a list. */
export const EVERY_ENTRY = '#*';

/** One list, as of any sequence. */
export class CatalogueModel {
  /** Last revision of the stream. */
  readonly revision = new Versions(-1);
  private readonly rootOf = new Map<string, string>();
  private readonly lines = new Map<string, EntryLine>();
  private readonly coverageEvents = new Map<string, CatalogueEvent[]>();
  private readonly coverageNow = new Versions<readonly Coverage[]>([]);
  private readonly made = new Map<string, unknown>();
  private readonly index = new Map<string, EntryLine[]>();

  constructor(readonly list: string) {}

  /** Takes the stream's next event. */
  apply(event: CatalogueEvent, sequence: number): void {
    const root = rootIdOf(event, this.rootOf);
    this.rootOf.set(event.id, root);
    this.revision.set(sequence, event.revision);
    if (event.body.kind === 'catalogue_coverage_declared' || this.coverageEvents.has(root)) {
      this.applyCoverage(root, event, sequence);
      return;
    }
    let line = this.lines.get(root);
    if (line === undefined) {
      line = { events: [event], entry: new Versions<CatalogueEntry | null>(null) };
      this.lines.set(root, line);
    } else line.events.push(event);
    const after = entryOf(line.events);
    line.entry.set(sequence, after);
    for (const key of keysOf(after)) {
      const lines = this.index.get(key);
      if (lines === undefined) this.index.set(key, [line]);
      else if (!lines.includes(line)) lines.push(line);
    }
  }

  /**
   * The keys (`#code`, `#attribute=value`, `#*` for all entries, `#` for the coverage) whose answers an event that was
   * applied may have changed.
   */
  touched(id: string, sequence: number): string[] {
    const line = this.lines.get(this.rootOf.get(id) ?? '');
    if (line === undefined) return ['#'];
    const before = line.entry.at(sequence - 1);
    const keys = new Set([...keysOf(before), ...keysOf(line.entry.at(sequence))]);
    return [...[...keys].map((key) => `#${key}`), EVERY_ENTRY];
  }

  /** The ids of the events that it was made of. */
  get ids(): Pick<ReadonlySet<string>, 'size' | 'has'> {
    return this.rootOf;
  }

  /** The entries of a code, or of an attribute (`attribute=value`), as of a sequence. */
  entries(key: string, k: number): CatalogueEntry[] {
    const lines = this.index.get(key);
    if (lines === undefined) return [];
    const found: CatalogueEntry[] = [];
    for (const line of lines) {
      const entry = line.entry.at(k);
      // A correction may have taken the entry away from the key under which it was once found.
      if (entry !== null && (entry.code === key || keysOf(entry).includes(key))) found.push(entry);
    }
    return found;
  }

  /** All entries as of a sequence, in order of recording. */
  *all(k: number): Generator<CatalogueEntry> {
    for (const { entry } of this.lines.values()) {
      const found = entry.at(k);
      if (found !== null) yield found;
    }
  }

  /** What was made of the whole list as of a sequence, under a name; made again only when the list has changed. */
  derived<T>(k: number, name: string, make: () => T): T {
    const key = `${String(this.revision.at(k))} ${name}`;
    if (!this.made.has(key)) this.made.set(key, make());
    return this.made.get(key) as T;
  }

  coverage(k: number): readonly Coverage[] {
    return this.coverageNow.at(k);
  }

  private applyCoverage(root: string, event: CatalogueEvent, sequence: number): void {
    this.coverageEvents.set(root, [...(this.coverageEvents.get(root) ?? []), event]);
    const standing = [...this.coverageEvents.values()].map((events) => coverageOf(events));
    this.coverageNow.set(
      sequence,
      standing.filter((c) => c !== null),
    );
  }
}

/** Attributes by which the salary tables are looked up. */
const INDEXED = 'grade_group_code';

function keysOf(entry: CatalogueEntry | null): string[] {
  if (entry === null) return [];
  const group = entry.attributes?.[INDEXED];
  return group === undefined ? [entry.code] : [entry.code, `${INDEXED}=${group}`];
}
