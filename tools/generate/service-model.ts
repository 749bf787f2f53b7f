/** What we read of an AWS service model: operations and shapes, without documentation. */
export interface ServiceModel {
  readonly operations: Readonly<Record<string, ModelOperation>>;
  readonly shapes: Readonly<Record<string, ModelShape>>;
}

export interface ModelOperation {
  readonly method: string;
  readonly uri: string;
  readonly status: number;
  readonly input: string;
  readonly output: string;
  readonly errors: readonly string[];
}

export interface ModelShape {
  readonly type: string;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly member?: string;
  readonly key?: string;
  readonly value?: string;
  readonly union?: boolean;
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, ModelMember>>;
}

export interface ModelMember {
  readonly shape: string;
  readonly location?: string;
}

/** Reads either the service-2.json of botocore or what this function gave for it. */
export function parseModel(json: unknown): ServiceModel {
  const root = object(json, 'model');
  return {
    operations: mapValues(object(root['operations'], 'operations'), operation),
    shapes: mapValues(object(root['shapes'], 'shapes'), shape),
  };
}

function operation(json: unknown, name: string): ModelOperation {
  const it = object(json, name);
  const http = it['http'] === undefined ? it : object(it['http'], `${name}.http`);
  return {
    method: text(http['method'], `${name}.method`),
    uri: text(http['requestUri'] ?? http['uri'], `${name}.uri`),
    status: number(http['responseCode'] ?? http['status'] ?? 200, `${name}.status`),
    input: reference(it['input'], `${name}.input`),
    output: reference(it['output'], `${name}.output`),
    errors: list(it['errors'], `${name}.errors`).map((error) => reference(error, `${name}.errors`)),
  };
}

function shape(json: unknown, name: string): ModelShape {
  const it = object(json, name);
  return {
    type: text(it['type'], `${name}.type`),
    ...(it['min'] === undefined ? {} : { min: number(it['min'], `${name}.min`) }),
    ...(it['max'] === undefined ? {} : { max: number(it['max'], `${name}.max`) }),
    ...(it['pattern'] === undefined ? {} : { pattern: text(it['pattern'], `${name}.pattern`) }),
    ...(it['enum'] === undefined ? {} : { enum: texts(it['enum'], `${name}.enum`) }),
    ...(it['member'] === undefined ? {} : { member: reference(it['member'], `${name}.member`) }),
    ...(it['key'] === undefined ? {} : { key: reference(it['key'], `${name}.key`) }),
    ...(it['value'] === undefined ? {} : { value: reference(it['value'], `${name}.value`) }),
    ...(it['union'] === true ? { union: true } : {}),
    ...(it['required'] === undefined ? {} : { required: texts(it['required'], `${name}.required`) }),
    ...(it['members'] === undefined
      ? {}
      : { members: mapValues(object(it['members'], `${name}.members`), member) }),
  };
}

function member(json: unknown, name: string): ModelMember {
  const it = object(json, name);
  const location = it['location'] === undefined ? undefined : text(it['location'], `${name}.location`);
  const sameName = it['locationName'] === undefined || it['locationName'] === name || location === 'header';
  if (!sameName) throw new Error(`${name}: another name on the wire is not foreseen`);
  return { shape: text(it['shape'], `${name}.shape`), ...(location === undefined ? {} : { location }) };
}

function reference(json: unknown, where: string): string {
  return typeof json === 'string' ? json : text(object(json, where)['shape'], where);
}

function mapValues<T>(
  from: Readonly<Record<string, unknown>>,
  map: (value: unknown, name: string) => T,
): Record<string, T> {
  return Object.fromEntries(Object.entries(from).map(([name, value]) => [name, map(value, name)]));
}

function object(json: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new Error(`${where}: no object`);
  return { ...json };
}

function list(json: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(json)) throw new Error(`${where}: no list`);
  return json;
}

function texts(json: unknown, where: string): readonly string[] {
  return list(json, where).map((each) => text(each, where));
}

function text(json: unknown, where: string): string {
  if (typeof json !== 'string') throw new Error(`${where}: no text`);
  return json;
}

function number(json: unknown, where: string): number {
  if (typeof json !== 'number') throw new Error(`${where}: no number`);
  return json;
}
