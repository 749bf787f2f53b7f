import { parseBasic, parseHttpDate } from '../instant.ts';
import { unsignedPayload } from './canonical.ts';
import type { SignatureRefusal } from './refusal.ts';
import type { RequestHead } from './request-head.ts';

/** What a signed request says of its signature; nothing of it is believed yet. */
export interface Claim {
  readonly algorithm: Algorithm;
  readonly accessKeyId: string;
  readonly scope: Scope;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** Of the request's date, in milliseconds since 1970. */
  readonly signed: number;
  /** Milliseconds that a presigned request lives; absent on requests signed in a header. */
  readonly lifeMs?: number;
  readonly token?: string;
}

export type Algorithm = 'AWS4-HMAC-SHA256' | 'AWS4-ECDSA-P256-SHA256';

export interface Scope {
  readonly date: string;
  /** Regions the signature is for: one, or with the asymmetric algorithm a set in which `*` stands for any text. */
  readonly regions: readonly string[];
  /** The credential without its key, as it is signed. */
  readonly text: string;
  readonly service: string;
}

/**
 * The claim of a request, undefined when it is not signed at all, or why its claim cannot be read. The payload is what
 * has to be under the signature: the hash of the body, or that it is not.
 */
export function readClaim(head: RequestHead, payload: string): Claim | SignatureRefusal | undefined {
  const lines = head.headers.get('authorization') ?? [];
  const inHeader = lines.some((line) => /^\s*AWS4-|\bCredential=[^,]*\/aws4_request\b/i.test(line));
  const parameters = head.query.includes('X-Amz-') ? presigned(head.query) : undefined;
  if (!inHeader && parameters === undefined) return undefined;
  if ((inHeader && parameters !== undefined) || lines.length > 1) return { code: 'ambiguous' };
  if (parameters !== undefined) {
    return 'code' in parameters ? parameters : readSource(fromQuery(parameters, head), payload);
  }
  const fields = authorizationFields(lines[0] ?? '');
  return 'code' in fields ? fields : readSource(fromHeaders(fields, head), payload);
}

/** The same facts, wherever they stood. */
interface Source {
  readonly algorithm: string;
  readonly credential: string | undefined;
  readonly signedHeaders: string | undefined;
  readonly signature: string | undefined;
  readonly date: string | undefined;
  readonly expires: string | undefined;
  readonly token: readonly string[];
  readonly regionSet: readonly string[];
  /** What the request says of its payload; undefined if it is silent, which only a presigned request may be. */
  readonly payload: readonly string[];
  readonly isPresigned: boolean;
}

function readSource(source: Source, expected: string): Claim | SignatureRefusal {
  const { algorithm, credential, signature, token, date } = source;
  if (!isAlgorithm(algorithm)) return { code: 'algorithm', algorithm };
  if (credential === undefined) return { code: 'incomplete', lacks: 'Credential' };
  if (signature === undefined) return { code: 'incomplete', lacks: 'Signature' };
  if (source.signedHeaders === undefined) return { code: 'incomplete', lacks: 'SignedHeaders' };
  const signedHeaders = source.signedHeaders.split(';');
  if (
    signedHeaders.some((name, index) => !headerName.test(name) || name <= (signedHeaders[index - 1] ?? ''))
  ) {
    return { code: 'malformed', what: 'SignedHeaders must be sorted names in lower case, each once' };
  }
  const wrongPayload = checkPayload(source, expected);
  if (wrongPayload !== undefined) return wrongPayload;
  if (token.length > 1) return { code: 'tokenInvalid' };
  const signed = date === undefined ? undefined : (parseBasic(date) ?? parseHttpDate(date));
  if (signed === undefined) {
    return {
      code: 'malformed',
      what: 'Date must be in ISO-8601 basic format, as X-Amz-Date: 20150830T123600Z',
    };
  }
  const [accessKeyId, scope] = readScope(credential, algorithm, source.regionSet);
  if (scope === undefined || accessKeyId === '') {
    return { code: 'malformed', what: `Credential must have the form ${forms[algorithm]}` };
  }
  const lifeMs = source.isPresigned ? lifeOf(source.expires) : undefined;
  if (source.isPresigned && lifeMs === undefined) {
    return { code: 'malformed', what: 'X-Amz-Expires must be a number of seconds from 1 to 604800' };
  }
  const claim = { algorithm, accessKeyId, scope, signedHeaders, signature, signed };
  return {
    ...claim,
    ...(lifeMs === undefined ? {} : { lifeMs }),
    ...(token[0] === undefined ? {} : { token: token[0] }),
  };
}

/** Where bodies are signed a request may leave it to its signature to say so; where they are not it must tell. */
function checkPayload({ payload, isPresigned }: Source, expected: string): SignatureRefusal | undefined {
  if (payload.length === 0 && (isPresigned || expected !== unsignedPayload)) return undefined;
  if (payload.length === 1 && payload[0] === expected) return undefined;
  return { code: expected === unsignedPayload ? 'payloadSigned' : 'mismatch' };
}

const headerName = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;

const forms: Readonly<Record<Algorithm, string>> = {
  'AWS4-HMAC-SHA256': 'KEY/DATE/REGION/SERVICE/aws4_request',
  'AWS4-ECDSA-P256-SHA256': 'KEY/DATE/SERVICE/aws4_request, with X-Amz-Region-Set',
};

function isAlgorithm(text: string): text is Algorithm {
  return Object.hasOwn(forms, text);
}

function readScope(
  credential: string,
  algorithm: Algorithm,
  regionSet: readonly string[],
): readonly [string, Scope | undefined] {
  const [accessKeyId = '', ...rest] = credential.split('/');
  const isSymmetric = algorithm === 'AWS4-HMAC-SHA256';
  const [date = '', region = '', service = '', end, ...more] = isSymmetric
    ? rest
    : [rest[0], regionSet[0], ...rest.slice(1)];
  const isWhole = /^\d{8}$/.test(date) && region !== '' && service !== '' && end === 'aws4_request';
  if (!isWhole || more.length > 0 || regionSet.length > (isSymmetric ? 0 : 1))
    return [accessKeyId, undefined];
  const regions = isSymmetric ? [region] : region.split(',').map((each) => each.trim());
  return [accessKeyId, { date, regions, service, text: rest.join('/') }];
}

/** A week is the longest that AWS lets a presigned request live. */
function lifeOf(expires = ''): number | undefined {
  const seconds = /^\d{1,6}$/.test(expires) ? Number(expires) : 0;
  return seconds >= 1 && seconds <= 604_800 ? seconds * 1000 : undefined;
}

function authorizationFields(line: string): ReadonlyMap<string, string> | SignatureRefusal {
  const [, algorithm = '', rest = ''] = /^\s*(\S+)\s*(.*?)\s*$/.exec(line) ?? [];
  const fields = new Map([['algorithm', algorithm]]);
  for (const part of rest === '' ? [] : rest.split(/,[ \t]*/)) {
    const [, name = '', value = ''] =
      /^(Credential|SignedHeaders|Signature)=([\x21-\x2b\x2d-\x7e]+)$/.exec(part) ?? [];
    if (name === '' || fields.has(name)) {
      return {
        code: 'malformed',
        what: `Authorization header has '${part}' where Credential, SignedHeaders and Signature are expected, each once`,
      };
    }
    fields.set(name, value);
  }
  return fields;
}

function fromHeaders(fields: ReadonlyMap<string, string>, { headers }: RequestHead): Source {
  const dates = headers.get('x-amz-date') ?? headers.get('date') ?? [];
  return {
    algorithm: fields.get('algorithm') ?? '',
    credential: fields.get('Credential'),
    signedHeaders: fields.get('SignedHeaders'),
    signature: fields.get('Signature'),
    date: dates.length === 1 ? dates[0] : undefined,
    expires: undefined,
    token: headers.get('x-amz-security-token') ?? [],
    regionSet: headers.get('x-amz-region-set') ?? [],
    payload: headers.get('x-amz-content-sha256') ?? [],
    isPresigned: false,
  };
}

/** The signing parameters of a presigned request; undefined when none is there. */
function presigned(query: string): ReadonlyMap<string, string> | SignatureRefusal | undefined {
  const parameters = new Map<string, string>();
  for (const parameter of query.split('&')) {
    const [, name = '', raw = ''] = /^(X-Amz-[A-Za-z0-9-]+)=(.*)$/.exec(parameter) ?? [];
    if (name === '') continue;
    const value = decoded(raw);
    if (parameters.has(name) || value === undefined) {
      return {
        code: 'malformed',
        what: `Query parameter ${name} must be there once, in printable characters`,
      };
    }
    parameters.set(name, value);
  }
  const isSigned = ['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Signature'].some((name) =>
    parameters.has(name),
  );
  return isSigned ? parameters : undefined;
}

function decoded(raw: string): string | undefined {
  const text = raw.replaceAll(/%([0-7][0-9A-Fa-f])/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  return /^[\x20-\x7e]*$/.test(text) ? text : undefined;
}

function fromQuery(parameters: ReadonlyMap<string, string>, { headers }: RequestHead): Source {
  const one = (name: string) => [parameters.get(name)].filter((value) => value !== undefined);
  return {
    algorithm: parameters.get('X-Amz-Algorithm') ?? '',
    credential: parameters.get('X-Amz-Credential'),
    signedHeaders: parameters.get('X-Amz-SignedHeaders'),
    signature: parameters.get('X-Amz-Signature'),
    date: parameters.get('X-Amz-Date'),
    expires: parameters.get('X-Amz-Expires'),
    token: one('X-Amz-Security-Token'),
    regionSet: one('X-Amz-Region-Set'),
    payload: headers.get('x-amz-content-sha256') ?? one('X-Amz-Content-Sha256'),
    isPresigned: true,
  };
}
