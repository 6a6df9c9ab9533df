import type { FieldGroup, Secrecy } from '../fieldGroups.js';
import { FIELD_GROUPS } from '../fieldGroups.js';
import { DocumentBlock } from '../record/document.js';
import { FactFrame, HOUSEKEEPING, Origin, ReasonField, secrecyOf } from '../record/events.js';
import type { FieldClass } from '../record/fields.js';
import { findAction } from '../record/registry.js';
import type { GroupedValues, Json, JsonObject } from '../sealing/port.js';

/** How secret each part of a payload is: by name, a secrecy or the shape of a nested object. */
export type Shape = ReadonlyMap<string, Secrecy | Shape>;

const approval: [string, Shape] = ['approval', secrecyOf(DocumentBlock)];
const grounds = [...secrecyOf(ReasonField), approval] as const;
const DESTROYED = [
  ['keys', 'open'],
  ['decision', 'open'],
] as const;
const shapes = new Map<string, Shape>();

/** The shape of a fact of this action, or of what a correction of it says. */
export function factShape(fields: FieldClass): Shape {
  return new Map<string, Secrecy | Shape>([
    ...secrecyOf(FactFrame),
    ['document', secrecyOf(DocumentBlock)],
    ['data', secrecyOf(fields)],
    ['origin', secrecyOf(Origin)],
  ]);
}

/**
 * The shape of an event's payload. `action` is the action that a correction replaces, else the event's own type.
 * Undefined when no such type exists.
 */
export function shapeOf(type: string, action: string): Shape | undefined {
  const key = `${type} ${action}`;
  const known = shapes.get(key) ?? makeShape(type, action);
  if (known !== undefined) shapes.set(key, known);
  return known;
}

function makeShape(type: string, actionType: string): Shape | undefined {
  const action = findAction(actionType);
  if (type === 'corrected')
    return (
      action &&
      new Map<string, Secrecy | Shape>([
        ...factShape(action.fields),
        ...secrecyOf(HOUSEKEEPING.corrected.fields),
        ['action', 'open'],
        ['actionVersion', 'open'],
        ...grounds,
      ])
    );
  if (type in HOUSEKEEPING)
    return new Map<string, Secrecy | Shape>([
      ...secrecyOf(HOUSEKEEPING[type as keyof typeof HOUSEKEEPING].fields),
      ...(type === 'content_destroyed' ? DESTROYED : [['others', 'open'] as const, ...grounds]),
    ]);
  return action && factShape(action.fields);
}

/** Parts a payload into what is open and what goes under which group's key. Throws on a name the shape lacks. */
export function split(plain: JsonObject, shape: Shape): { open: JsonObject; values: GroupedValues } {
  const open: Record<string, Json> = {};
  const values: Partial<Record<FieldGroup, Record<string, Json>>> = {};
  for (const [name, value] of Object.entries(plain)) {
    const secrecy = shape.get(name);
    if (secrecy === undefined) throw new Error(`payload field ${name} is not declared`);
    if (secrecy === 'open') open[name] = value;
    else if (typeof secrecy === 'string') (values[secrecy] ??= {})[name] = value;
    else {
      const nested = split(value as JsonObject, secrecy);
      // An object stays an object in the open, even if all of it is sealed: its presence is no secret.
      open[name] = nested.open;
      for (const [group, part] of Object.entries(nested.values))
        (values[group as FieldGroup] ??= {})[name] = part;
    }
  }
  return { open, values };
}

/** Puts a payload together again; the inverse of `split`. */
export function join(open: JsonObject, values: GroupedValues): JsonObject {
  const whole: Record<string, Json> = { ...open };
  for (const part of Object.values(values))
    for (const [name, value] of Object.entries(part)) {
      const there = whole[name];
      whole[name] = isObject(there) && isObject(value) ? { ...there, ...value } : value;
    }
  return whole;
}

/** The groups that a payload of this shape fills. */
export function groupsIn(plain: JsonObject, shape: Shape): FieldGroup[] {
  const { values } = split(plain, shape);
  return FIELD_GROUPS.filter((g) => values[g] !== undefined);
}

/** The groups that a payload of this shape could fill. */
export function groupsOf(shape: Shape): ReadonlySet<FieldGroup> {
  const groups = new Set<FieldGroup>();
  for (const secrecy of shape.values()) {
    if (typeof secrecy !== 'string') for (const g of groupsOf(secrecy)) groups.add(g);
    else if (secrecy !== 'open') groups.add(secrecy);
  }
  return groups;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
