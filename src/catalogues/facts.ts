/**
 * What is said of a catalogue list. The names of the types and of their fields are storage format: never renamed.
 * Nothing here is personal, so all of it stands in the open.
 */
import type { Day } from '../dates.js';
import type { Envelope } from '../record/events.js';
import {
  ChoiceField,
  CodeField,
  DayField,
  TextField,
  validateFields,
  type FieldError,
} from '../record/fields.js';

/** Category of the streams of catalogue lists. */
export const CATALOGUE = 'catalogue-';

export function catalogueStream(list: string): string {
  return CATALOGUE + list;
}

/** One code of a list over one period of validity; a code may have several, but only one on any day. */
export interface EntryContent {
  readonly code: string;
  readonly name: string;
  readonly nameEn?: string;
  /** Law or paper that shows the value. */
  readonly source: string;
  /** First and last day, both included; absent: no limit known. */
  readonly validFrom?: Day;
  readonly validTo?: Day;
  /** Whether the value was compared with its source. */
  readonly confirmed: boolean;
  /** What this list says beyond the common columns, by column; never empty text. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Days for which a list says that it holds every code. */
export interface CoverageContent {
  /** First and last day, both included; absent: no limit. */
  readonly from?: Day;
  readonly to?: Day;
  /** Only among codes that begin with this; absent: among all. */
  readonly scope?: string;
  /** Law or paper that the claim rests on, and why. */
  readonly source: string;
  readonly why?: string;
}

export type CatalogueBody =
  | { readonly kind: 'catalogue_entry_recorded'; readonly entry: EntryContent }
  | { readonly kind: 'catalogue_coverage_declared'; readonly coverage: CoverageContent }
  /** Replaces all that the target entry says. */
  | { readonly kind: 'catalogue_entry_corrected'; readonly target: string; readonly entry: EntryContent }
  /** A change, not a correction: the target entry is valid up to a last day. */
  | {
      readonly kind: 'catalogue_entry_ended';
      readonly target: string;
      readonly validTo: Day;
      readonly source: string;
    }
  /** Takes an entry, a coverage, a correction, an end or a rescission out of force. */
  | { readonly kind: 'catalogue_fact_rescinded'; readonly target: string };

export type CatalogueKind = CatalogueBody['kind'];
export const CATALOGUE_VERSIONS: Readonly<Record<CatalogueKind, number>> = {
  catalogue_entry_recorded: 1,
  catalogue_coverage_declared: 1,
  catalogue_entry_corrected: 1,
  catalogue_entry_ended: 1,
  catalogue_fact_rescinded: 1,
};

export type CatalogueEvent = Envelope & { readonly body: CatalogueBody };

export interface NewCatalogueEvent {
  readonly id: string;
  readonly body: CatalogueBody;
}

class EntryFields {
  @CodeField('', { vi: 'Mã', en: 'Code', secrecy: 'open' })
  code!: string;

  @TextField({ vi: 'Tên', en: 'Name', secrecy: 'open', max: 500 })
  name!: string;

  @TextField({ vi: 'Tên tiếng Anh', en: 'English name', secrecy: 'open', optional: true, max: 500 })
  nameEn?: string;

  @TextField({ vi: 'Nguồn', en: 'Source', secrecy: 'open', max: 500 })
  source!: string;

  @DayField({ vi: 'Có hiệu lực từ', en: 'Valid from', secrecy: 'open', optional: true })
  validFrom?: string;

  @DayField({ vi: 'Có hiệu lực đến hết', en: 'Valid to the end of', secrecy: 'open', optional: true })
  validTo?: string;

  @ChoiceField(['true', 'false'], { vi: 'Đã đối chiếu', en: 'Confirmed', secrecy: 'open' })
  confirmed!: string;
}

/** Checks an entry as it came in from outside: types, formats, required fields, nothing undeclared. */
export function validateEntry(entry: EntryContent): readonly FieldError[] {
  const { attributes = {}, confirmed, ...rest } = entry;
  return [
    ...validateFields(EntryFields, { ...rest, confirmed: String(confirmed) }),
    ...Object.entries(attributes)
      .filter(([name, value]) => !/^[a-z][a-z0-9_]{0,63}$/.test(name) || !isShortText(value))
      .map(([name]) => ({
        pointer: `/attributes/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
        rule: 'text',
        vi: 'phải là văn bản từ 1 đến 500 ký tự, dưới tên cột viết thường',
        en: 'must be text of 1 to 500 characters, under a lower-case column name',
      })),
  ];
}

function isShortText(value: unknown): boolean {
  return typeof value === 'string' && value.length > 0 && value.length <= 500;
}
