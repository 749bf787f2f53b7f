import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { isRecord } from '../local/contract/validate.ts';
import { readPlace } from '../local/dataplane/functions/place.ts';
import type { FunctionPlace } from '../local/dataplane/functions/place.ts';
import type { StandInTable } from '../local/dataplane/stand-in-table.ts';
import type { LocalAddress } from '../local/dataplane/xds/stand-ins.ts';
import { UserError } from './command.ts';
import type { Option, Values } from './command.ts';

/** For commands that run a VPC Lattice. */
export const standInOptions = {
  function: {
    value: 'FUNCTIONS',
    summary:
      'Lambda functions of this machine, as ARN=FILE#HANDLER, ARN=FILE.py:HANDLER or ARN=URL of a Runtime Interface Emulator, with commas between',
    default: '',
  },
  address: {
    value: 'ADDRESSES',
    summary:
      'where instances, load balancers, databases and DNS names are, as i-…=ADDRESS, ARN=ADDRESS:PORT or NAME=ADDRESS, with commas between',
    default: '',
  },
  'stand-ins': { value: 'FILE', summary: 'a YAML file with `functions` and `addresses` that says the same' },
} as const satisfies Readonly<Record<string, Option>>;

/** The options as another command line of `trellis`, with paths that hold everywhere. */
export function standInArguments(values: Values): readonly string[] {
  const file = values.optional('stand-ins');
  return [
    ...['function', 'address'].flatMap((name) =>
      values.text(name) === '' ? [] : [`--${name}`, values.text(name)],
    ),
    ...(file === undefined ? [] : ['--stand-ins', resolve(file)]),
  ];
}

/** What the options say; the command line counts before the file. */
export function standInsIn(values: Values): StandInTable {
  const file = values.optional('stand-ins');
  const read = file === undefined ? undefined : readStandIns(file);
  const functions = new Map(read?.functions);
  for (const [arn, place] of pairsIn('function', values)) {
    functions.set(arn, functionAt(arn, place, { option: '--function', folder: '.' }));
  }
  const addresses = new Map(read?.addresses);
  for (const [name, place] of pairsIn('address', values)) {
    addresses.set(name.startsWith('arn:') ? name : name.toLowerCase(), addressAt(name, place, '--address'));
  }
  return { functions, addresses };
}

function pairsIn(option: string, values: Values): readonly (readonly [string, string])[] {
  return values
    .text(option)
    .split(',')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [, name = '', place = ''] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
      if (name === '') throw new UserError(`--${option} wants NAME=PLACE, not ${pair}.`);
      return [name, place] as const;
    });
}

/** Paths in the file are from where the file is. */
function readStandIns(file: string): StandInTable {
  const source = { option: `--stand-ins ${file}`, folder: dirname(resolve(file)) };
  const root = record(contentOf(file), source.option);
  const unknown = Object.keys(root).find((name) => name !== 'functions' && name !== 'addresses');
  if (unknown !== undefined) {
    throw new UserError(`${source.option}: there is no ${unknown}; there are functions and addresses.`);
  }
  const functions = Object.entries(record(root['functions'] ?? {}, `${source.option}: functions`));
  const addresses = Object.entries(record(root['addresses'] ?? {}, `${source.option}: addresses`));
  return {
    functions: new Map(functions.map(([arn, place]) => [arn, functionAt(arn, place, source)])),
    addresses: new Map(
      addresses.map(([name, place]) => [
        name.startsWith('arn:') ? name : name.toLowerCase(),
        addressAt(name, place, source.option),
      ]),
    ),
  };
}

function contentOf(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(`--stand-ins ${file} cannot be read: ${why}`);
  }
}

interface Source {
  readonly option: string;
  readonly folder: string;
}

/** A place, or an object with one as `handler` beside `timeout` in seconds and `environment`. */
function functionAt(arn: string, given: unknown, { option, folder }: Source): FunctionPlace {
  const complain = (what: string): never => {
    throw new UserError(`${option}: ${arn}: ${what}.`);
  };
  if (!/^arn:[^:]+:lambda:[^:]+:\d{12}:function:[^:]+(?::[^:]+)?$/.test(arn))
    complain('this is no ARN of a function');
  const settings = typeof given === 'string' ? { handler: given } : record(given, `${option}: ${arn}`);
  const { handler, timeout, environment = {} } = settings;
  if (typeof handler !== 'string') return complain('it has no handler');
  const place = readPlace(handler, (path) => resolve(folder, path));
  if (typeof place === 'string') return complain(place);
  if (
    timeout !== undefined &&
    !(typeof timeout === 'number' && timeout > 0 && timeout <= place.timeoutSeconds)
  ) {
    return complain(`its timeout is a number of seconds up to ${place.timeoutSeconds}`);
  }
  const timed = typeof timeout === 'number' ? { ...place, timeoutSeconds: timeout } : place;
  if (timed.kind === 'emulator') return timed;
  const variables = Object.entries(record(environment, `${option}: ${arn}: environment`));
  return {
    ...timed,
    environment: Object.fromEntries(variables.map(([name, value]) => [name, String(value)])),
  };
}

function addressAt(name: string, given: unknown, option: string): LocalAddress {
  const [, address = '', port] =
    /^(\d+\.\d+\.\d+\.\d+|[0-9a-f:]+(?![\d.])|\[[0-9a-f:]+\]|localhost)(?::(\d{1,5}))?$/i.exec(
      String(given),
    ) ?? [];
  if (address === '' || Number(port ?? 1) > 65535) {
    throw new UserError(
      `${option}: ${name}: ${String(given)} is no ADDRESS or ADDRESS:PORT such as 127.0.0.1:8080.`,
    );
  }
  const plain = address === 'localhost' ? '127.0.0.1' : address.replace(/^\[|\]$/g, '');
  return { address: plain, ...(port === undefined ? {} : { port: Number(port) }) };
}

function record(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw new UserError(`${where}: an object is expected.`);
  return value;
}
