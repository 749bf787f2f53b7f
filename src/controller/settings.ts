import { defaultPlanSettings } from '../lattice/plan/settings.ts';
import { quotaCodes } from '../lattice/translate/quotas.ts';
import type { Quotas } from '../lattice/translate/quotas.ts';

/** What the controller is told at start, by the environment variables of the AWS Gateway API Controller. */
export interface ControllerSettings {
  readonly clusterName: string;
  readonly vpcId: string;
  readonly accountId: string;
  readonly region: string;
  /** The VPC Lattice API; AWS's own for the region when absent. */
  readonly endpoint?: string;
  /** Created, and associated with the VPC, when it does not exist. */
  readonly defaultServiceNetwork?: string;
  /** Every gateway stands for the default network. Counts only where there is one. */
  readonly serviceNetworkOverride: boolean;
  /** What AWS has raised for this account, where an operator says so. */
  readonly quotas: Partial<Quotas>;
  /** Whatever is ours is verified at least that often, where that is more often than usual. */
  readonly verifyEveryMs?: number;
  readonly safety: Safety;
}

/** What an operator may hold the controller to. */
export interface Safety {
  /** Nothing is changed in AWS; status is told. */
  readonly paused: boolean;
  /** Nothing is changed on either side: for a controller beside another one. */
  readonly shadow: boolean;
  /** What no object accounts for is deleted. */
  readonly pruneOrphans: boolean;
  /** Many services may go at once. */
  readonly massDeletionConfirmed: boolean;
  /** As many changes as AWS takes when absent. */
  readonly mutationsPerMinute?: number;
}

export const unrestrained: Safety = {
  paused: false,
  shadow: false,
  pruneOrphans: false,
  massDeletionConfirmed: false,
};

/** Everything that is wrong with the environment, in one message. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

type Env = Readonly<Record<string, string | undefined>>;

/** Reads and checks the environment. Throws `SettingsError` naming every variable that is missing or malformed. */
export function settingsFrom(env: Env): ControllerSettings {
  const problems: string[] = [];
  const required = (names: readonly string[], pattern: RegExp, like: string): string => {
    const value = first(env, names);
    if (value === undefined) problems.push(`${names.join(' or ')} is not set; it wants ${like}`);
    else if (!pattern.test(value)) problems.push(`${names.join(' or ')} is "${value}"; it wants ${like}`);
    return value ?? '';
  };
  const settings = {
    clusterName: required(['CLUSTER_NAME'], /^\S+$/, 'the name of this cluster'),
    vpcId: required(
      ['CLUSTER_VPC_ID'],
      /^vpc-[0-9a-f]{8,17}$/,
      'the id of the VPC its pods are in, such as vpc-0123456789abcdef0',
    ),
    accountId: required(['AWS_ACCOUNT_ID'], /^\d{12}$/, 'the twelve digits of the AWS account'),
    region: required(
      ['REGION', 'AWS_REGION', 'AWS_DEFAULT_REGION'],
      /^[a-z]{2}(-[a-z]+)+-\d$/,
      'an AWS Region such as us-west-2',
    ),
  };
  const endpoint = first(env, ['LATTICE_ENDPOINT', 'AWS_ENDPOINT_URL_VPC_LATTICE', 'AWS_ENDPOINT_URL']);
  if (endpoint !== undefined && !/^https?:\/\/[^/\s]+\/?$/.test(endpoint)) {
    problems.push(
      `the VPC Lattice endpoint is "${endpoint}"; it wants a URL such as https://vpc-lattice.us-west-2.amazonaws.com`,
    );
  }
  const network = first(env, ['DEFAULT_SERVICE_NETWORK']);
  const verifyEveryMs = verificationIn(env, problems);
  const safety = safetyIn(env, problems);
  // It means nothing here, where one pass is about everything; a mistake in it is one all the same.
  wholeNumber(env, 'ROUTE_MAX_CONCURRENT_RECONCILES', problems);
  const quotas = quotasIn(first(env, ['LATTICE_QUOTAS']) ?? '', problems);
  if (problems.length > 0) {
    throw new SettingsError(
      `The controller cannot start:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
  }
  return {
    ...settings,
    ...(endpoint === undefined ? {} : { endpoint: endpoint.replace(/\/$/, '') }),
    ...(network === undefined ? {} : { defaultServiceNetwork: network }),
    serviceNetworkOverride: isTrue(env, 'ENABLE_SERVICE_NETWORK_OVERRIDE'),
    quotas,
    ...(verifyEveryMs === undefined ? {} : { verifyEveryMs }),
    safety,
  };
}

/** `RECONCILE_DEFAULT_RESYNC_SECONDS` as it has always been: 0, or at least a minute. It can only make verifying more frequent. */
function verificationIn(env: Env, problems: string[]): number | undefined {
  const name = 'RECONCILE_DEFAULT_RESYNC_SECONDS';
  const seconds = wholeNumber(env, name, problems) ?? 0;
  if (seconds > 0 && seconds < 60) problems.push(`${name} is ${seconds}; it wants 0, or at least 60`);
  return seconds < 60 || seconds * 1000 >= defaultPlanSettings.auditAge ? undefined : seconds * 1000;
}

function safetyIn(env: Env, problems: string[]): Safety {
  const name = 'MAX_MUTATIONS_PER_MINUTE';
  const mutationsPerMinute = wholeNumber(env, name, problems);
  if (mutationsPerMinute === 0) problems.push(`${name} is 0; to change nothing at all, set PAUSED to true`);
  return {
    paused: isTrue(env, 'PAUSED'),
    shadow: isTrue(env, 'SHADOW'),
    pruneOrphans: isTrue(env, 'PRUNE_ORPHANS'),
    massDeletionConfirmed: isTrue(env, 'CONFIRM_MASS_DELETION'),
    ...(mutationsPerMinute === undefined ? {} : { mutationsPerMinute }),
  };
}

function wholeNumber(env: Env, name: string, problems: string[]): number | undefined {
  const text = first(env, [name]);
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  problems.push(`${name} is "${text}"; it wants a whole number`);
  return undefined;
}

/** Any other word means no, as it always has. */
function isTrue(env: Env, name: string): boolean {
  return first(env, [name])?.toLowerCase() === 'true';
}

/** `CODE=NUMBER,…` with the codes of Service Quotas. */
function quotasIn(text: string, problems: string[]): Partial<Quotas> {
  const told: Partial<Record<keyof Quotas, number>> = {};
  for (const part of text.split(',').filter((each) => each.trim() !== '')) {
    const [, code = '', value = ''] = /^\s*([\w-]+)\s*=\s*([1-9]\d{0,4})\s*$/.exec(part) ?? [];
    const quota = quotaCodes.get(code);
    if (quota !== undefined) told[quota] = Number(value);
    else {
      problems.push(
        `LATTICE_QUOTAS has "${part.trim()}"; it wants CODE=NUMBER, with a code of ${[...quotaCodes.keys()].join(', ')}`,
      );
    }
  }
  return told;
}

function first(env: Env, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = env[name]?.trim();
    if (value !== undefined && value !== '') return value;
  }
  return undefined;
}
