import { stringify } from 'yaml';
import { RemoteFailure } from '../../lattice/aws/errors.ts';
import { printReport } from '../../lattice/walk/print.ts';
import { parseQuestion } from '../../lattice/walk/question.ts';
import type { Question } from '../../lattice/walk/question.ts';
import { reportOf } from '../../lattice/walk/report.ts';
import type { Report } from '../../lattice/walk/report.ts';
import { walk } from '../../lattice/walk/walk.ts';
import type { Origin } from '../../lattice/walk/ways.ts';
import { DeadlineExceeded, within } from '../../ports/deadline.ts';
import { UserError } from '../command.ts';
import type { Command, Values, World } from '../command.ts';
import { callerIn, deciding } from '../explain/authorize.ts';
import type { Caller } from '../explain/authorize.ts';
import { reachLattice } from '../explain/lattice.ts';
import { objectNames } from '../explain/objects.ts';
import { readFacts } from '../explain/read.ts';

const withinMs = 120_000;

type Format = (reports: readonly Report[]) => string;

const inWords: Format = (reports) => reports.map(printReport).join('\n\n');

const formats: Readonly<Record<string, Format>> = {
  text: inWords,
  json: (reports) => JSON.stringify(reports, null, 2),
  yaml: (reports) => stringify(reports).trimEnd(),
};

export const explain: Command = {
  name: 'explain',
  summary:
    'Say where a request goes and why: listener, rule, weights, targets, the deciding policy, or the one cause of its 403, 404 or 503. Reads alone. Ends with 0 when the request arrives, with 1 when it does not, with 2 when that cannot be told.',
  operands: '[METHOD] URL',
  options: {
    header: {
      value: 'LINE',
      short: 'H',
      repeated: true,
      summary: "a header, as curl takes it: 'Name: value'",
    },
    as: { value: 'ARN', summary: 'the user, role or session that signs the request; nobody without it' },
    network: {
      value: 'NAME|ID',
      summary: 'the service network it comes through; any that has the service without it',
    },
    from: { value: 'VPC', summary: 'the VPC it comes from' },
    context: {
      value: 'NAME',
      summary:
        'the kubeconfig context of the cluster that names Gateways and policies; without it the current one, if any',
    },
    output: {
      value: 'FORMAT',
      short: 'o',
      default: 'text',
      choices: Object.keys(formats),
      summary: 'how it is said',
    },
  },
  examples: [
    'trellis explain http://parking.example/parking',
    "trellis explain POST https://parking.example/parking -H 'x-team: desk' --as arn:aws:iam::123456789012:role/desk",
  ],
  run: async (values, world) => {
    const asked = askedIn(values);
    const format = formats[values.text('output')] ?? inWords;
    const reports = await reportsOn(asked, world);
    world.say(format(reports));
    if (reports.some(({ cause }) => cause === 'unread')) return 2;
    return reports.every(({ arrives }) => arrives) ? 0 : 1;
  },
};

interface Asked {
  readonly question: Question;
  readonly origin: Origin;
  readonly caller: Caller;
  readonly context: string | undefined;
}

function askedIn(values: Values): Asked {
  const [url, method, ...more] = values.operands.toReversed();
  if (url === undefined || more.length > 0) {
    throw new UserError(
      'explain wants [METHOD] URL, such as: trellis explain GET http://parking.example/parking',
    );
  }
  const headers = values.list('header');
  const question = parseQuestion({ url, headers, ...(method === undefined ? {} : { method }) });
  if (typeof question === 'string') throw new UserError(question);
  const caller = callerIn(values.optional('as'));
  if (typeof caller === 'string') throw new UserError(caller);
  const [network, vpc] = [values.optional('network'), values.optional('from')];
  const origin = {
    ...(network === undefined ? {} : { network }),
    ...(vpc === undefined ? {} : { vpc }),
  };
  return { question, origin, caller, context: values.optional('context') };
}

async function reportsOn(asked: Asked, world: World): Promise<readonly Report[]> {
  try {
    return await within(world.clock, withinMs, world.signal, async (signal) => askBoth(asked, world, signal));
  } catch (error) {
    if (!(error instanceof DeadlineExceeded)) throw error;
    throw new UserError(`The VPC Lattice API did not tell within ${withinMs / 1000} s what is on the way.`);
  }
}

/** Lattice, and the cluster if there is one. */
async function askBoth(
  { question, origin, caller, context }: Asked,
  world: World,
  signal: AbortSignal,
): Promise<readonly Report[]> {
  const { send, endpoint, close } = reachLattice(world, { host: question.host, signal });
  try {
    const [facts, names] = await Promise.all([
      readFacts(send, question),
      objectNames(world, context, signal),
    ]);
    const reporting = { question, facts, ...(names === undefined ? {} : { names }) };
    const walks = walk({ question, origin }, facts, deciding(caller, world.clock.now()));
    return walks.map((each) => reportOf(each, reporting));
  } catch (error) {
    if (error instanceof RemoteFailure) throw unanswered(error.error, endpoint);
    throw error;
  } finally {
    await close();
  }
}

function unanswered({ cause, operation, message }: RemoteFailure['error'], endpoint: string): UserError {
  return new UserError(
    cause === 'denied'
      ? `These credentials may not call ${operation} at ${endpoint}: they need vpc-lattice:${operation}.`
      : `${operation} at ${endpoint} failed: ${message}.`,
  );
}
