/** A request as it is brought to a function. */
export interface FunctionRequest {
  readonly method: string;
  /** As it stands on the request line: raw path and query. */
  readonly target: string;
  /** Each line by itself, names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** Where and when. */
export interface Circumstances {
  readonly region: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export type EventVersion = 'V1' | 'V2';

/** The event that a function gets, in the structure that its target group asks for. */
export function eventOf(
  version: EventVersion,
  request: FunctionRequest,
  circumstances: Circumstances,
): Readonly<Record<string, unknown>> {
  switch (version) {
    case 'V1':
      return firstStructure(request);
    case 'V2':
      return secondStructure(request, circumstances);
  }
}

function firstStructure(request: FunctionRequest): Readonly<Record<string, unknown>> {
  const { isBase64Encoded, body } = encoded(request);
  return {
    raw_path: request.target,
    method: request.method,
    headers: mapped(headersFor(request), (values) => values.join(', ')),
    query_string_parameters: mapped(parametersOf(request), (values) => values.at(-1)),
    body,
    is_base64_encoded: isBase64Encoded,
  };
}

function secondStructure(
  request: FunctionRequest,
  { region, now }: Circumstances,
): Readonly<Record<string, unknown>> {
  const target = latticeFields(request, 'x-amzn-lattice-target');
  const [query, headers] = [parametersOf(request), headersFor(request)];
  for (const name of headers.keys()) if (name.startsWith('x-amzn-lattice-')) headers.delete(name);
  return {
    version: '2.0',
    path: request.target,
    method: request.method,
    headers: mapped(headers, (values) => values),
    ...(query.size === 0 ? {} : { queryStringParameters: mapped(query, (values) => values) }),
    ...(request.body.length === 0 ? {} : encoded(request)),
    requestContext: {
      serviceNetworkArn: target.get('ServiceNetworkArn'),
      serviceArn: target.get('ServiceArn'),
      targetGroupArn: target.get('TargetGroupArn'),
      identity: identityOf(request),
      region,
      timeEpoch: String(Math.round(now * 1000)),
    },
  };
}

/** Members of `identity`, by the fields of the header that says who signed. */
const identityMembers = {
  Type: 'type',
  Principal: 'principal',
  PrincipalOrgID: 'principalOrgID',
  SessionName: 'sessionName',
  X509IssuerOU: 'x509IssuerOu',
  X509SANDNS: 'x509SanDns',
  X509SANNameCN: 'x509SanNameCn',
  X509SANURI: 'x509SanUri',
  X509SubjectCN: 'x509SubjectCn',
} as const;

function identityOf(request: FunctionRequest): Readonly<Record<string, string>> {
  const caller = latticeFields(request, 'x-amzn-lattice-identity');
  const sourceVpcArn = latticeFields(request, 'x-amzn-lattice-network').get('SourceVpcArn');
  const known: Record<string, string> = sourceVpcArn === undefined ? {} : { sourceVpcArn };
  for (const [field, member] of Object.entries(identityMembers)) {
    const value = caller.get(field);
    if (value !== undefined && value !== '') known[member] = value;
  }
  return known;
}

/** What a header of Lattice's says, as `Name=value; Name=value`. */
export function latticeFields(
  { headers }: Pick<FunctionRequest, 'headers'>,
  header: string,
): ReadonlyMap<string, string> {
  const value = headers.find(([name]) => name === header)?.[1] ?? '';
  return new Map(
    value.split(/; (?=\w+=)/).map((field) => {
      const at = field.indexOf('=');
      return [field.slice(0, at), field.slice(at + 1)] as const;
    }),
  );
}

/** Those of one connection only are no part of an event. */
export const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

type Values = Map<string, string[]>;

function headersFor({ headers }: FunctionRequest): Values {
  const values: Values = new Map();
  for (const [name, value] of headers) if (!hopByHop.has(name)) add(values, name, value);
  return values;
}

/** Percent-encoding is taken off, a plus sign stays. */
function parametersOf({ target }: FunctionRequest): Values {
  const values: Values = new Map();
  const at = target.indexOf('?');
  for (const pair of at < 0 ? [] : target.slice(at + 1).split('&')) {
    if (pair === '') continue;
    const [name = '', ...rest] = pair.split('=');
    add(values, decoded(name), decoded(rest.join('=')));
  }
  return values;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function add(values: Values, name: string, value: string): void {
  const known = values.get(name);
  if (known === undefined) values.set(name, [value]);
  else known.push(value);
}

function mapped<T>(values: Values, of: (values: readonly string[]) => T): Readonly<Record<string, T>> {
  return Object.fromEntries([...values].map(([name, each]) => [name, of(each)]));
}

interface Encoded {
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** A body is text if its type says so and nothing compressed it; anything else goes as Base64. */
function encoded({ headers, body }: FunctionRequest): Encoded {
  const of = (wanted: string) => headers.find(([name]) => name === wanted)?.[1];
  const isText = of('content-encoding') === undefined && textTypes.test(of('content-type') ?? '');
  return isText || body.length === 0
    ? { body: body.toString('utf8'), isBase64Encoded: false }
    : { body: body.toString('base64'), isBase64Encoded: true };
}

const textTypes = /^\s*(?:text\/[^\s;]+|application\/(?:json|javascript|xml))\s*(?:;|$)/i;
