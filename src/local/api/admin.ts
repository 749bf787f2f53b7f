import type { Answer } from '../contract/error.ts';
import type { Region } from '../region.ts';
import type { Audit } from './audit.ts';

/** Paths below this are ours; AWS uses none of them. */
export const adminPrefix = '/_trellis/';

/** Answers for operators, tests and benches. Needs no credential: who reaches the port owns it. */
export function administer(
  method: string,
  path: string,
  { audit, regions }: { readonly audit: Audit; readonly regions: readonly Region[] },
): Answer {
  switch (`${method} ${path.slice(adminPrefix.length)}`) {
    case 'GET calls':
      return { status: 200, headers: {}, body: { calls: audit.entries() } };
    case 'DELETE calls':
      audit.clear();
      return { status: 204, headers: {}, body: undefined };
    case 'GET state':
      return { status: 200, headers: {}, body: { regions: regions.map((region) => plain(region.state())) } };
    default: {
      const message = `There is no ${method} ${path}; there are GET and DELETE ${adminPrefix}calls, and GET ${adminPrefix}state.`;
      return { status: 404, headers: {}, body: { message } };
    }
  }
}

/** Maps as objects, for JSON. */
function plain(value: unknown): unknown {
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, each]) => [String(key), plain(each)]));
  }
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}
