import type { ModelShape, ServiceModel } from './service-model.ts';

/** Every file that the model gives, by its path. */
export function generatedFiles(model: ServiceModel): Readonly<Record<string, string>> {
  const sources = {
    'src/local/contract/operations.gen.ts': operationsSource(model),
    'src/local/contract/shapes.gen.ts': shapesSource(model),
    'src/local/contract/types.gen.ts': typesSource(model),
    'src/lattice/model/limits.gen.ts': limitsSource(model),
  };
  return Object.fromEntries(Object.entries(sources).map(([path, source]) => [path, `${header}\n${source}`]));
}

const header = [
  '// Written by tools/generate/contract.ts from config/aws/vpc-lattice.json (the AWS service model of VPC Lattice,',
  '// API version 2022-11-30, as botocore publishes it under Apache-2.0). Do not edit.',
].join('\n');

/** `operations.gen.ts`: the operation table. */
function operationsSource({ operations }: ServiceModel): string {
  const rows = Object.entries(operations).map(([name, { method, uri, status, input, errors }]) => {
    const row = { method, uri, status, input, errors };
    return `  ${name}: ${JSON.stringify(row)},`;
  });
  return [
    "import type { Operation } from './shape.ts';",
    '',
    `/** The ${rows.length} operations, in the order of the model. */`,
    'export const operations = {',
    ...rows,
    '} as const satisfies Readonly<Record<string, Operation>>;',
    '',
    'export type OperationName = keyof typeof operations;',
    '',
  ].join('\n');
}

/** `shapes.gen.ts`: what a request may look like, for the validator. */
function shapesSource({ operations, shapes }: ServiceModel): string {
  const names = reachable(
    shapes,
    Object.values(operations).map(({ input }) => input),
  );
  const rows = names.map((name) => `  ${name}: ${JSON.stringify(shapeRow(lookUp(shapes, name)))},`);
  return [
    "import type { Shape } from './shape.ts';",
    '',
    '/** Every shape that a request is made of. */',
    'export const shapes: Readonly<Record<string, Shape>> = {',
    ...rows,
    '};',
    '',
  ].join('\n');
}

function shapeRow(shape: ModelShape): object {
  if (shape.type !== 'structure') return shape;
  return {
    type: shape.type,
    required: shape.required ?? [],
    ...(shape.union === true ? { union: true } : {}),
    members: shape.members ?? {},
  };
}

/** `types.gen.ts`: requests and answers as TypeScript sees them. */
function typesSource({ operations, shapes }: ServiceModel): string {
  const names = reachable(
    shapes,
    Object.values(operations).flatMap(({ input, output }) => [input, output]),
  );
  const declarations = names.flatMap((name) => {
    const shape = lookUp(shapes, name);
    if (shape.enum !== undefined) return [`export type ${name} = ${union(shape.enum)};\n`];
    return shape.type === 'structure' ? [structureSource(shapes, name, shape)] : [];
  });
  const table = (side: 'input' | 'output') =>
    Object.entries(operations).map(([name, operation]) => `  readonly ${name}: ${operation[side]};`);
  return [
    ...declarations,
    '/** The request of each operation, decoded and valid. */',
    'export interface Inputs {',
    ...table('input'),
    '}',
    '',
    '/** The body of each answer; times are ISO 8601. */',
    'export interface Outputs {',
    ...table('output'),
    '}',
    '',
  ].join('\n');
}

function structureSource(shapes: ServiceModel['shapes'], name: string, shape: ModelShape): string {
  const members = Object.entries(shape.members ?? {});
  if (shape.union === true) {
    const options = members.map(([member, { shape: of }]) => `{ readonly ${member}: ${typeOf(shapes, of)} }`);
    return `export type ${name} =\n  | ${options.join('\n  | ')};\n`;
  }
  const rows = members.map(([member, { shape: of }]) => {
    const optional = shape.required?.includes(member) === true ? '' : '?';
    return `  readonly ${member}${optional}: ${typeOf(shapes, of)};`;
  });
  return rows.length === 0
    ? `export type ${name} = Readonly<Record<string, never>>;\n`
    : [`export interface ${name} {`, ...rows, '}\n'].join('\n');
}

function typeOf(shapes: ServiceModel['shapes'], name: string): string {
  const shape = lookUp(shapes, name);
  switch (shape.type) {
    case 'structure':
      return name;
    case 'list':
      return `readonly ${typeOf(shapes, shape.member ?? '')}[]`;
    case 'map':
      return `Readonly<Record<string, ${typeOf(shapes, shape.value ?? '')}>>`;
    case 'integer':
    case 'long':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'string':
    case 'timestamp':
      return shape.enum === undefined ? 'string' : name;
    default:
      throw new Error(`${name}: a ${shape.type} is not foreseen`);
  }
}

/** `limits.gen.ts`: the bounds that a client has to keep, for the controller. */
function limitsSource({ shapes }: ServiceModel): string {
  const rows = limited.map((name) => {
    const { min = 0, max, pattern } = lookUp(shapes, name);
    if (max === undefined) throw new Error(`${name}: has no maximum any more`);
    return `  ${name}: ${JSON.stringify({ min, max, ...(pattern === undefined ? {} : { pattern }) })},`;
  });
  return [
    '/**',
    ' * Bounds of the VPC Lattice API by the name of the shape: length of texts, range of numbers, size of lists and maps.',
    ' * A pattern is one of the whole text.',
    ' */',
    'export const limits = {',
    ...rows,
    '} as const;',
    '',
  ].join('\n');
}

const limited = [
  'ServiceNetworkName',
  'ServiceName',
  'ServiceCustomDomainName',
  'ListenerName',
  'RuleName',
  'TargetGroupName',
  'Port',
  'RulePriority',
  'HttpMethod',
  'PathMatchExact',
  'PathMatchPrefix',
  'HeaderMatchList',
  'HeaderMatchName',
  'HeaderMatchExact',
  'HeaderMatchPrefix',
  'HeaderMatchContains',
  'WeightedTargetGroupList',
  'TargetGroupWeight',
  'RuleUpdateList',
  'RegisterTargetsRequestTargetsList',
  'DeregisterTargetsRequestTargetsList',
  'ListTargetsRequestTargetsList',
  'IdleTimeoutSeconds',
  'HealthCheckIntervalSeconds',
  'HealthCheckTimeoutSeconds',
  'HealthyThresholdCount',
  'UnhealthyThresholdCount',
  'HealthCheckPath',
  'HttpCodeMatcher',
  'CreateServiceNetworkVpcAssociationRequestSecurityGroupIdsList',
  'UpdateServiceNetworkVpcAssociationRequestSecurityGroupIdsList',
  'TagMap',
  'TagKey',
  'TagValue',
  'ClientToken',
  'MaxResults',
  'AuthPolicyString',
];

function union(values: readonly string[]): string {
  return values.map((value) => `'${value}'`).join(' | ');
}

/** The named shapes and all they are made of, in the order of the model. */
function reachable(shapes: ServiceModel['shapes'], roots: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const { member, key, value, members } = lookUp(shapes, name);
    for (const next of [member, key, value, ...Object.values(members ?? {}).map(({ shape }) => shape)]) {
      if (next !== undefined) visit(next);
    }
  };
  for (const root of roots) visit(root);
  return Object.keys(shapes).filter((name) => seen.has(name));
}

function lookUp(shapes: ServiceModel['shapes'], name: string): ModelShape {
  const shape = shapes[name];
  if (shape === undefined) throw new Error(`the model has no shape ${name}`);
  return shape;
}
