import { isRecord } from '../../local/contract/validate.ts';
import { within } from '../../ports/deadline.ts';
import { httpClient } from '../../ports/system/http-client.ts';
import { UserError } from '../command.ts';
import type { Command } from '../command.ts';
import { callLine } from '../call-line.ts';
import { askAdmin, notOurs } from '../lattice-admin.ts';
import type { AdminSite } from '../lattice-admin.ts';
import { refusalsAt, sentenceOf } from '../lattice-refusals.ts';

/** To whoever looks and has no subscription. */
const nothingYet =
  'No call is logged yet. Calls are logged while their service or service network has an access log subscription.';

/** How often calls are asked for while they are followed. */
const pauseMs = 300;
const answerWithinMs = 4000;

export const logs: Command = {
  name: 'logs',
  summary:
    'Print the access logs of the local VPC Lattice: the calls of networks and services that have a subscription, and what Envoy refuses.',
  options: {
    service: { value: 'NAME', summary: 'only calls of this service, by name or id' },
    network: { value: 'NAME', summary: 'only calls through this service network, by name or id' },
    follow: { short: 'f', summary: 'go on with calls as they come' },
    json: { summary: 'print each call as the line of JSON that destinations get' },
    endpoint: {
      value: 'URL',
      env: 'AWS_ENDPOINT_URL_VPC_LATTICE',
      summary: 'where the local VPC Lattice is; without it AWS_ENDPOINT_URL, or http://127.0.0.1:4567',
    },
  },
  examples: [
    'trellis logs',
    'trellis logs --service cart-shop -f',
    'trellis logs --json | jq .failureReason',
  ],
  run: async (values, world) => {
    const { env, clock, signal } = world;
    const origin = originIn(
      values.optional('endpoint') ?? env['AWS_ENDPOINT_URL'] ?? 'http://127.0.0.1:4567',
    );
    const client = httpClient({ origin });
    const site = { wire: client.wire, origin };
    const wanted = new URLSearchParams();
    for (const name of ['service', 'network'] as const) {
      const value = values.optional(name);
      if (value !== undefined) wanted.set(name, value);
    }
    const asJson = values.flag('json');
    const print = asJson ? (call: Call) => JSON.stringify(call.record) : callLine;
    try {
      let last: number | undefined;
      let told: ReadonlySet<string> = new Set();
      do {
        wanted.set('after', String(last ?? 0));
        const found = await within(clock, answerWithinMs, signal, async (until) =>
          callsAt(site, wanted, until),
        );
        if (!asJson) {
          const refused = await within(clock, answerWithinMs, signal, async (until) =>
            refusalsAt(site, until),
          );
          const sentences = new Set(refused.map(sentenceOf));
          for (const sentence of sentences) if (!told.has(sentence)) world.say(sentence);
          told = sentences;
        }
        for (const call of found.calls) world.say(print(call));
        if (last === undefined && found.last === 0 && !asJson) world.say(nothingYet);
        last = found.last;
        if (values.flag('follow')) await clock.sleep(pauseMs, signal);
      } while (values.flag('follow'));
    } finally {
      await client.close();
    }
  },
};

export type Call = Readonly<Record<string, unknown>>;

interface Answered {
  readonly calls: readonly Call[];
  readonly last: number;
}

async function callsAt(site: AdminSite, query: URLSearchParams, signal: AbortSignal): Promise<Answered> {
  const answered = await askAdmin(site, `access-logs?${query.toString()}`, signal);
  const calls = isRecord(answered) ? answered['calls'] : undefined;
  const last = isRecord(answered) ? answered['last'] : undefined;
  if (!Array.isArray(calls) || typeof last !== 'number') throw notOurs(site.origin, 200);
  return { calls: calls.filter(isRecord), last };
}

function originIn(text: string): string {
  if (!URL.canParse(text))
    throw new UserError(`--endpoint wants a URL such as http://127.0.0.1:4567, not ${text}.`);
  return new URL(text).origin;
}
