import { isRecord } from '../../contract/validate.ts';
import type { SetQuotas } from '../../state/command.ts';
import { quotas } from '../../state/quotas.ts';
import type { AdminRoute } from './admin.ts';
import { ok, wrong } from './answers.ts';

/** Service Quotas, and what operators make of them. */
export const quotaRoutes = {
  'GET quotas': () => ok({ quotas: Object.values(quotas) }),
  'PUT quotas': (body, { regions }) => {
    const asked = readQuotas(body);
    if (typeof asked === 'string') return wrong(asked);
    const { account, values } = asked;
    const of: SetQuotas['of'] = account === undefined ? 'everybody' : 'caller';
    for (const region of regions) {
      region.dispatch({ op: 'SetQuotas', input: { of, values } }, { account: account ?? '' });
    }
    return ok({ quotas: values });
  },
} as const satisfies Readonly<Record<string, AdminRoute>>;

interface AskedQuotas {
  readonly account?: string;
  readonly values: SetQuotas['values'];
}

/** `{ "values": { "L-BB11C6B9": 5000 }, "account": "…" }`, for all accounts when it names none; or what is wrong with it. */
function readQuotas(json: unknown): AskedQuotas | string {
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
