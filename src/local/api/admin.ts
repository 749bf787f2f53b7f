import type { Answer } from '../contract/error.ts';
import { isRecord } from '../contract/validate.ts';
import type { Region } from '../region.ts';
import type { SetQuotas } from '../state/command.ts';
import { quotas } from '../state/quotas.ts';
import type { Audit } from './audit.ts';

/** Paths below this are ours; AWS uses none of them. */
export const adminPrefix = '/_trellis/';

export interface AdminRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string | undefined;
}

export interface Administered {
  readonly audit: Audit;
  readonly regions: readonly Region[];
}

/** Answers for operators, tests and benches. Needs no credential: who reaches the port owns it. */
export function administer({ method, path, body }: AdminRequest, { audit, regions }: Administered): Answer {
  switch (`${method} ${path.slice(adminPrefix.length)}`) {
    case 'GET calls':
      return ok({ calls: audit.entries() });
    case 'DELETE calls':
      audit.clear();
      return { status: 204, headers: {}, body: undefined };
    case 'GET state':
      return ok({ regions: regions.map((region) => plain(region.state())) });
    case 'GET quotas':
      return ok({ quotas: Object.values(quotas) });
    case 'PUT quotas': {
      const asked = readQuotas(body ?? '');
      if (typeof asked === 'string') return { status: 400, headers: {}, body: { message: asked } };
      const { account, values } = asked;
      const of: SetQuotas['of'] = account === undefined ? 'everybody' : 'caller';
      for (const region of regions) {
        region.dispatch({ op: 'SetQuotas', input: { of, values } }, { account: account ?? '' });
      }
      return ok({ quotas: values });
    }
    default: {
      const message = `There is no ${method} ${path}; there are ${known.join(', ')} below ${adminPrefix}.`;
      return { status: 404, headers: {}, body: { message } };
    }
  }
}

const known = ['GET and DELETE calls', 'GET state', 'GET and PUT quotas'];

interface AskedQuotas {
  readonly account?: string;
  readonly values: SetQuotas['values'];
}

/** `{ "values": { "L-BB11C6B9": 5000 }, "account": "…" }`, for all accounts when it names none; or what is wrong with it. */
function readQuotas(text: string): AskedQuotas | string {
  const json = parsed(text);
  if (!isRecord(json) || !isRecord(json['values']))
    return 'The body is { "values": { CODE: NUMBER }, "account": ID }.';
  const { account } = json;
  if (account !== undefined && (typeof account !== 'string' || !/^\d{12}$/.test(account))) {
    return 'An account has twelve digits.';
  }
  const codes: readonly string[] = Object.values(quotas).map(({ code }) => code);
  const values: [string, number][] = [];
  for (const [code, value] of Object.entries(json['values'])) {
    if (!codes.includes(code)) return `There is no quota ${code}; there are ${codes.join(', ')}.`;
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
      return `The value of ${code} is a whole number from 0 up.`;
    }
    values.push([code, value]);
  }
  return { values: Object.fromEntries(values), ...(account === undefined ? {} : { account }) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function ok(body: unknown): Answer {
  return { status: 200, headers: {}, body };
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
