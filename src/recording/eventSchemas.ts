import { FIELD_GROUPS, type FieldGroup } from '../fieldGroups.js';
import { DocumentBlock } from '../record/document.js';
import { FactFrame, HOUSEKEEPING, Origin, ReasonField, type HousekeepingKind } from '../record/events.js';
import { FIRST_VERSION, schemaOf, type FieldClass, type JsonSchema } from '../record/fields.js';
import type { Action } from '../record/action.js';
import { ACTIONS } from '../record/registry.js';

/** JSON Schema 2020-12 of one event type at one version. */
export interface EventSchema {
  readonly type: string;
  readonly version: number;
  /** What the event says, open and sealed fields together, as readers with every right get it. */
  readonly plain: JsonSchema;
  /** The bytes in the log: open fields in clear, one ciphertext for each field group. */
  readonly stored: JsonSchema;
}

interface ObjectSchema {
  readonly required?: readonly string[];
  readonly properties: Readonly<Record<string, JsonSchema>>;
}

/** The schemas of every event type and version of a person's stream. The names are storage format. */
export function eventSchemas(): EventSchema[] {
  return [
    ...ACTIONS.flatMap((a) =>
      versionsOf(a).map((v) => eventSchema(a.type, v, a.caption, factSchema(a.fields, v))),
    ),
    ...(Object.keys(HOUSEKEEPING) as HousekeepingKind[]).map((kind) => {
      const { version, caption, fields } = HOUSEKEEPING[kind];
      return eventSchema(kind, version, caption, housekeepingSchema(kind, fields));
    }),
  ];
}

/** Every version in which an action's facts may stand in a log. */
function versionsOf({ version }: Action): number[] {
  return Array.from({ length: version }, (_, i) => i + FIRST_VERSION);
}

function factSchema(fields: FieldClass, version: number): JsonSchema {
  return merge(
    schemaOf(FactFrame),
    {
      document: schemaOf(DocumentBlock),
      data: schemaOf(fields, version),
      origin: schemaOf(Origin),
    },
    ['data'],
  );
}

function housekeepingSchema(kind: HousekeepingKind, fields: FieldClass): JsonSchema {
  const own = merge(
    schemaOf(fields),
    { ...properties(schemaOf(ReasonField)), approval: schemaOf(DocumentBlock) },
    ['reason'],
  );
  if (kind === 'finding_settled')
    return merge(
      own,
      { others: { type: 'array', items: { type: 'string', format: 'uuid' }, 'x-secrecy': 'open' } },
      ['others'],
    );
  if (kind === 'content_destroyed') return destroyedSchema(fields);
  if (kind !== 'corrected') return own;
  const variants = ACTIONS.flatMap((a) =>
    versionsOf(a).map((v) =>
      merge(
        own,
        {
          ...properties(factSchema(a.fields, v)),
          action: { const: a.type, 'x-secrecy': 'open' },
          actionVersion: { const: v, 'x-secrecy': 'open' },
        },
        ['action', 'actionVersion', 'effective', 'data'],
      ),
    ),
  );
  return { oneOf: variants };
}

/** All open: after it the reasons of the process may be gone, and this must still tell what was destroyed on which paper. */
function destroyedSchema(fields: FieldClass): JsonSchema {
  const key = {
    type: 'object',
    additionalProperties: false,
    required: ['group', 'use', 'id'],
    properties: {
      group: { type: 'string', enum: FIELD_GROUPS },
      use: { type: 'string', enum: ['facts', 'attachments'] },
      id: { type: 'string', format: 'uuid' },
    },
  };
  const document = openPart(schemaOf(DocumentBlock));
  return merge(
    schemaOf(fields),
    {
      keys: { type: 'array', items: key, 'x-secrecy': 'open' },
      decision: { type: 'object', additionalProperties: false, properties: document['properties'] },
    },
    ['keys', 'decision'],
  );
}

function eventSchema(
  type: string,
  version: number,
  caption: { vi: string; en: string },
  plain: JsonSchema,
): EventSchema {
  const head = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: caption.vi,
    description: caption.en,
  };
  const variants = (plain['oneOf'] as JsonSchema[] | undefined) ?? [plain];
  const stored = variants.map((v) => ({
    type: 'object',
    additionalProperties: false,
    required: ['open', 'sealed'],
    properties: { open: openPart(v), sealed: sealedPart(v) },
  }));
  return {
    type,
    version,
    plain: { ...head, $id: `urn:hoso:event:${type}:${version}:plain`, ...plain },
    stored: {
      ...head,
      $id: `urn:hoso:event:${type}:${version}:stored`,
      ...(stored.length === 1 ? stored[0] : { oneOf: stored }),
    },
  };
}

/** The schema without what is sealed. */
function openPart(schema: JsonSchema): JsonSchema {
  const { required = [], properties: all } = schema as unknown as ObjectSchema;
  const open = Object.entries(all).flatMap(([name, s]): [string, JsonSchema][] => {
    if ('properties' in s) return [[name, openPart(s)]];
    return s['x-secrecy'] === 'open' ? [[name, s]] : [];
  });
  const names = new Set(open.map(([name]) => name));
  const needed = required.filter((name) => names.has(name));
  return {
    type: 'object',
    additionalProperties: false,
    ...(needed.length === 0 ? {} : { required: needed }),
    properties: Object.fromEntries(open),
  };
}

function sealedPart(schema: JsonSchema): JsonSchema {
  const groups = [...groupsIn(schema)].sort();
  const ciphertext = { type: 'string', description: 'ciphertext: names its format and its key' };
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(groups.map((g) => [g, ciphertext])),
  };
}

function groupsIn(schema: JsonSchema): Set<FieldGroup> {
  const found = new Set<FieldGroup>();
  for (const s of Object.values(properties(schema)))
    if ('properties' in s) for (const g of groupsIn(s)) found.add(g);
    else if (s['x-secrecy'] !== 'open') found.add(s['x-secrecy'] as FieldGroup);
  return found;
}

function properties(schema: JsonSchema): Readonly<Record<string, JsonSchema>> {
  return (schema as unknown as ObjectSchema).properties;
}

function merge(
  schema: JsonSchema,
  more: Readonly<Record<string, JsonSchema>>,
  required: readonly string[],
): JsonSchema {
  const base = schema as unknown as ObjectSchema;
  return {
    ...schema,
    required: [...(base.required ?? []), ...required],
    properties: { ...base.properties, ...more },
  };
}
