import { schemaOf, type FieldClass, type JsonSchema } from '../record/fields.js';

/** A reference to a schema that the OpenAPI document names (openApi.ts). */
export function ref(name: string): { $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

/** The schemas of a field class, field by field. */
export function propertiesOf(fields: FieldClass): Readonly<Record<string, JsonSchema>> {
  return schemaOf(fields)['properties'] as Readonly<Record<string, JsonSchema>>;
}
