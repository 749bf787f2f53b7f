import type { Json, JsonObject } from './json.ts';
import type { Limits, Schema } from './schema.ts';

/** Named types met on the way, as components of a document. */
export type Components = Map<string, Json>;

/** A schema as OpenAPI v3 has it; named types become components and references to them. */
export function openApiSchema(schema: Schema, components: Components): JsonObject {
  const { name } = schema;
  if (name === undefined) return body(schema, components);
  const component = componentName(name);
  if (!components.has(component)) {
    components.set(component, {});
    components.set(component, body(withoutDefault(schema), components));
  }
  const reference = { $ref: `#/components/schemas/${component}` };
  return schema.default === undefined ? reference : { default: schema.default, allOf: [reference] };
}

function withoutDefault(schema: Schema): Schema {
  const { default: _, ...rest } = schema;
  return rest;
}

/** `core.v1.Pod` → `io.k8s.api.core.v1.Pod`, as upstream calls it. */
export function componentName(name: string): string {
  if (name.startsWith('meta.v1.')) return `io.k8s.apimachinery.pkg.apis.${name}`;
  if (name.startsWith('apiextensions.')) return `io.k8s.apiextensions-apiserver.pkg.apis.${name}`;
  return `io.k8s.api.${name}`;
}

function body(schema: Schema, components: Components): JsonObject {
  const { properties, additionalProperties, items } = schema;
  return {
    ...(schema.description === undefined ? {} : { description: schema.description }),
    ...(schema.type === undefined ? {} : { type: schema.type }),
    ...(schema.default === undefined ? {} : { default: schema.default }),
    ...(schema.nullable === true && schema.name === undefined ? { nullable: true } : {}),
    ...(schema.required === undefined ? {} : { required: schema.required }),
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            [...properties].map(([key, member]) => [key, openApiSchema(member, components)]),
          ),
        }),
    ...(additionalProperties === undefined
      ? {}
      : {
          additionalProperties:
            additionalProperties === true ? true : openApiSchema(additionalProperties, components),
        }),
    ...(items === undefined ? {} : { items: openApiSchema(items, components) }),
    ...extensions(schema),
    ...limitsOf(schema.limits, components),
  };
}

function extensions(schema: Schema): JsonObject {
  return {
    ...(schema.intOrString === true ? { 'x-kubernetes-int-or-string': true } : {}),
    ...(schema.preserveUnknown === true ? { 'x-kubernetes-preserve-unknown-fields': true } : {}),
    ...(schema.embeddedResource === true ? { 'x-kubernetes-embedded-resource': true } : {}),
    ...(schema.listType === undefined ? {} : { 'x-kubernetes-list-type': schema.listType }),
    ...(schema.listMapKeys === undefined ? {} : { 'x-kubernetes-list-map-keys': schema.listMapKeys }),
    ...(schema.mapType === undefined ? {} : { 'x-kubernetes-map-type': schema.mapType }),
    ...(schema.rules === undefined ? {} : { 'x-kubernetes-validations': schema.rules.written }),
    ...strategy(schema),
  };
}

function strategy({ mergeKey, retainKeys }: Schema): JsonObject {
  if (mergeKey === undefined)
    return retainKeys === true ? { 'x-kubernetes-patch-strategy': 'retainKeys' } : {};
  return {
    ...(mergeKey === '' ? {} : { 'x-kubernetes-patch-merge-key': mergeKey }),
    'x-kubernetes-patch-strategy': retainKeys === true ? 'merge,retainKeys' : 'merge',
  };
}

function limitsOf(limits: Limits | undefined, components: Components): JsonObject {
  if (limits === undefined) return {};
  const { allOf, anyOf, oneOf, not, ...plain } = limits;
  const all = (schemas: readonly Schema[]): Json =>
    schemas.map((schema) => openApiSchema(schema, components));
  return {
    ...plain,
    ...(allOf === undefined ? {} : { allOf: all(allOf) }),
    ...(anyOf === undefined ? {} : { anyOf: all(anyOf) }),
    ...(oneOf === undefined ? {} : { oneOf: all(oneOf) }),
    ...(not === undefined ? {} : { not: openApiSchema(not, components) }),
  };
}
