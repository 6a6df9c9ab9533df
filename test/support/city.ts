import { createHash } from 'node:crypto';
import { ship } from '../../src/catalogues/ship.js';
import { MemoryLog } from '../../src/event-log/memory/memoryLog.js';
import { BEGINNING } from '../../src/event-log/port.js';
import { cityOfDaNang } from '../../src/organisation/city.js';
import { ReferenceData } from '../../src/reference/referenceData.js';
import type { ReferenceView } from '../../src/reference/view.js';
import { Script } from '../reference/support.js';
import { shippedLaw } from './shippedLaw.js';

/** The id that a unit of Đà Nẵng has in the tests, by its code in the data. */
export function unitId(code: string): string {
  const hex = createHash('sha256').update(code).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The codes of the units by their ids. */
export function unitCodes(): ReadonlyMap<string, string> {
  return new Map(cityOfDaNang((code) => code).map(({ unit }) => [unitId(unit), unit]));
}

/** The reference data of this release: the organisation of Đà Nẵng and all lists but the administrative units. */
export async function daNang(): Promise<ReferenceView> {
  const script = new Script();
  for (const { unit, fact } of cityOfDaNang(unitId)) script.unit(unitId(unit), { kind: 'fact', fact });
  const log = new MemoryLog();
  await ship(log, { data: shippedLaw() });
  for (const event of await log.readAll(BEGINNING, 10_000)) script.take(event.stream, event);
  const data = new ReferenceData();
  data.feed(script.events);
  return data.at();
}
