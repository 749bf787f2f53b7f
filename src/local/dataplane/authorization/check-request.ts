import { splitTarget } from '../../auth/signature/request-head.ts';
import type { RequestHead } from '../../auth/signature/request-head.ts';
import { serviceExtension } from '../xds/authorization.ts';
import { scopeHeader } from '../xds/host-scope.ts';
import { eachField, MalformedMessage } from './proto-fields.ts';
import type { Span } from './proto-fields.ts';

/** What Envoy asks about: a request and where it arrived. */
export interface Question {
  /** Absent for a connection that Lattice does not look into. */
  readonly head?: RequestHead;
  readonly sourceAddress: string;
  /** `ASSOCIATION/PORT/HOST`, as routes are found; the host in lower case. */
  readonly scope: string;
  /** As the route names it; absent when that route asks for no consent. */
  readonly serviceId?: string;
}

/** What comes beside a question about a connection. */
export type Beside = Pick<Question, 'scope' | 'serviceId'>;

/** A question about a connection. */
export function readConnectRequest(bytes: Buffer, beside: Beside): Question {
  let sourceAddress = '';
  // CheckRequest.attributes.source.address.socket_address.address
  within(bytes, { start: 0, end: bytes.length }, [1, 1, 1, 1, 2], ({ start, end }) => {
    sourceAddress = bytes.toString('utf8', start, end);
  });
  return { sourceAddress, ...beside };
}

/**
 * Reads envoy.service.auth.v3.CheckRequest with `encode_raw_headers`. Field numbers are those of the published message.
 * Throws `MalformedMessage` when it is none or lacks what every request has.
 */
export function readCheckRequest(bytes: Buffer): Question {
  const headers = new Map<string, string[]>();
  let sourceAddress = '';
  let serviceId: string | undefined;
  const addHeader = (span: Span): void => {
    let name = '';
    let value = '';
    eachField(bytes, span, (field, { start, end }) => {
      if (field === 1) name = bytes.toString('latin1', start, end);
      else if (field === 2 || field === 3) value = bytes.toString('utf8', start, end);
    });
    const lower = name.toLowerCase();
    const values = headers.get(lower);
    if (values === undefined) headers.set(lower, [value]);
    else values.push(value);
  };
  // CheckRequest.attributes
  within(bytes, { start: 0, end: bytes.length }, [1], (attributes) => {
    eachField(bytes, attributes, (field, span) => {
      // source.address.socket_address.address
      if (field === 1)
        within(
          bytes,
          span,
          [1, 1, 2],
          ({ start, end }) => (sourceAddress = bytes.toString('utf8', start, end)),
        );
      // request.http.header_map.headers
      else if (field === 4) within(bytes, span, [2, 13, 1], addHeader);
      // context_extensions, each key and value a message
      else if (field === 10) {
        const [key, value] = textsOf(bytes, span);
        if (key === serviceExtension) serviceId = value;
      }
    });
  });
  const question = questionOf(headers, sourceAddress);
  return serviceId === undefined ? question : { ...question, serviceId };
}

/** Fields 1 and 2 of a message, as texts: key and value of a map's entry. */
function textsOf(bytes: Buffer, span: Span): readonly [string, string] {
  let [key, value] = ['', ''];
  eachField(bytes, span, (field, { start, end }) => {
    if (field === 1) key = bytes.toString('utf8', start, end);
    else if (field === 2) value = bytes.toString('utf8', start, end);
  });
  return [key, value];
}

/** Finds the fields at a path of field numbers. */
function within(bytes: Buffer, span: Span, path: readonly number[], found: (span: Span) => void): void {
  const [first, ...rest] = path;
  if (first === undefined) found(span);
  else {
    eachField(bytes, span, (field, inner) => {
      if (field === first) within(bytes, inner, rest, found);
    });
  }
}

/** HTTP/2's pseudo-headers are how Envoy says method, path and host of every request. */
function questionOf(headers: Map<string, string[]>, sourceAddress: string): Question {
  const take = (name: string): string => {
    const [value, ...more] = headers.get(name) ?? [];
    headers.delete(name);
    if (value === undefined || more.length > 0) throw new MalformedMessage(`There must be one ${name}.`);
    return value;
  };
  const method = take(':method');
  const target = take(':path');
  const host = take(':authority');
  const scope = take(scopeHeader);
  for (const name of headers.keys()) if (name.startsWith(':')) headers.delete(name);
  headers.set('host', [host]);
  return {
    head: { method, ...splitTarget(target), headers },
    sourceAddress,
    scope: (scope.split(':')[0] ?? '').toLowerCase(),
  };
}
