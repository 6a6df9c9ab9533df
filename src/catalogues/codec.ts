import type { ProposedEvent, RecordedEvent } from '../event-log/port.js';
import { openEvent, openOf, unknownEvent } from '../reference/payload.js';
import {
  CATALOGUE_VERSIONS,
  type CatalogueBody,
  type CatalogueEvent,
  type CatalogueKind,
  type CoverageContent,
  type EntryContent,
  type NewCatalogueEvent,
} from './facts.js';

/** A list's event as the log takes it; `meta` is its metadata as plain JSON. */
export function encodeCatalogueEvent({ id, body }: NewCatalogueEvent, meta: object): ProposedEvent {
  return openEvent(id, body.kind, CATALOGUE_VERSIONS[body.kind], openPart(body), meta);
}

function openPart(body: CatalogueBody): object {
  switch (body.kind) {
    case 'catalogue_entry_recorded':
      return body.entry;
    case 'catalogue_coverage_declared':
      return body.coverage;
    case 'catalogue_entry_corrected':
      return { ...body.entry, target: body.target };
    case 'catalogue_entry_ended':
      return { target: body.target, validTo: body.validTo, source: body.source };
    case 'catalogue_fact_rescinded':
      return { target: body.target };
    default:
      return body satisfies never;
  }
}

type Payload = EntryContent & CoverageContent & { readonly target: string; readonly validTo: string };

/** Throws UnknownReferenceEvent for a type or version that this release does not know. */
export function decodeCatalogueEvent(event: RecordedEvent): CatalogueEvent {
  const { id, revision, sequence, recordedAt, type, version } = event;
  if (!isKind(type) || version !== CATALOGUE_VERSIONS[type]) throw unknownEvent(event);
  return { id, revision, sequence, recordedAt, body: bodyOf(type, openOf(event) as unknown as Payload) };
}

function bodyOf(kind: CatalogueKind, open: Payload): CatalogueBody {
  switch (kind) {
    case 'catalogue_entry_recorded':
      return { kind, entry: open };
    case 'catalogue_coverage_declared':
      return { kind, coverage: open };
    case 'catalogue_entry_corrected': {
      const { target, ...entry } = open;
      return { kind, target, entry };
    }
    case 'catalogue_entry_ended':
      return { kind, target: open.target, validTo: open.validTo, source: open.source };
    case 'catalogue_fact_rescinded':
      return { kind, target: open.target };
    default:
      return kind satisfies never;
  }
}

function isKind(type: string): type is CatalogueKind {
  return Object.hasOwn(CATALOGUE_VERSIONS, type);
}
