/**
 * Runs the official conformance suite of the Gateway API against our controller, with a real Kubernetes on one side and
 * the local VPC Lattice on the other: `npm run conformance [-- TEST…]`. To be called inside the namespaces of
 * in-namespace.ts. Ends with 0 when every test did what expected.ts says.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRecord } from '../../src/kinds/record.ts';
import { programs } from '../../src/cli/root.ts';
import { startRealWorld } from '../kube/story-world.ts';
import type { StoryWorld } from '../story/world.ts';
import { className, manifests, samplePods } from './class.ts';
import { expectations, notClaimed } from './expected.ts';
import { judge, table } from './judge.ts';
import { suiteFolder } from './release.ts';
import type { Result } from './results.ts';
import { runSuite } from './suite.ts';

const root = resolve(import.meta.dirname, '../..');
/** What is left of a run to look at. */
const remains = join(root, '.cache/conformance/last-run');

async function main(only: readonly string[]): Promise<number> {
  mkdirSync(remains, { recursive: true });
  const env = {
    ...process.env,
    // One VPC is in one network by association, so all gateways stand for that one.
    ENABLE_SERVICE_NETWORK_OVERRIDE: 'true',
    LATTICE_QUOTAS: Object.entries(raisedQuotas)
      .map(([code, value]) => `${code}=${value}`)
      .join(),
  };
  const world = await startRealWorld(['conformance'], 'conformance', env);
  try {
    await raiseQuotas(world.endpoint);
    await install(world, suiteFolder(root));
    const results = await runBoth(world, only);
    const asked = new Map([...expectations].filter(([test]) => only.length === 0 || only.includes(test)));
    const judgements = judge(results, { expectations: asked, notClaimed });
    console.log(`\n${table(judgements)}`);
    return judgements.some(({ wrong }) => wrong) ? 1 : 0;
  } finally {
    cpSync(join(world.dir, 'logs'), join(remains, 'logs'), { recursive: true });
    await world.close();
  }
}

/**
 * First what is to pass, in one go and with a report. What is out of reach comes apart, with less patience: it waits for what
 * does not come.
 */
async function runBoth(world: StoryWorld, only: readonly string[]): Promise<readonly Result[]> {
  const outOfReach = [...expectations].filter(([, { expect }]) => expect === 'fail').map(([test]) => test);
  const asked = only.length === 0 ? [...expectations.keys()] : only;
  const within = asked.filter((test) => !outOfReach.includes(test));
  const beyond = asked.filter((test) => outOfReach.includes(test));
  const common = {
    program: join(suiteFolder(root), 'suite'),
    kubeconfig: join(world.dir, 'kubeconfig'),
    hosts: hostsIn(world),
    onResult: ({ test, ended, seconds }: Result) => {
      if (ended !== 'skipped') console.log(`${ended} ${test}, ${seconds.toFixed(1)} s`);
    },
    signal: AbortSignal.timeout(3_600_000),
  };
  const first =
    within.length === 0
      ? []
      : await runSuite({
          ...common,
          log: join(remains, 'suite.log'),
          // Without names also a test runs that has no row.
          only: only.length === 0 ? [] : within,
          atOnce: testsAtOnce,
          flags: {
            ...flags,
            ...(only.length === 0 ? report() : {}),
            'skip-tests': allBut(within),
          },
        });
  const second =
    beyond.length === 0
      ? []
      : await runSuite({
          ...common,
          log: join(remains, 'out-of-reach.log'),
          only: beyond,
          atOnce: 32,
          flags: { ...flags, 'timeout-config-overrides': impatience, 'skip-tests': allBut(beyond) },
        });
  return [...first.filter(({ test }) => !outOfReach.includes(test)), ...second];
}

/** The suite pauses before each test that it is not told to skip, also where it then does not run it. */
function allBut(tests: readonly string[]): string {
  return [...expectations.keys()].filter((test) => !tests.includes(test)).join();
}

/** AWS raises both on request; two tests have more ports or rules than AWS gives without. */
const raisedQuotas = { 'L-D64E952E': 3, 'L-CF78395E': 20 } as const;

async function raiseQuotas(endpoint: string): Promise<void> {
  const response = await fetch(`${endpoint}/_trellis/quotas`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ values: raisedQuotas }),
  });
  if (!response.ok) throw new Error(`the quotas cannot be raised: ${await response.text()}`);
}

async function install(world: StoryWorld, suite: string): Promise<void> {
  const kubectl = (args: readonly string[], input?: object): string =>
    execFileSync(join(programs, 'kubectl'), ['--kubeconfig', join(world.dir, 'kubeconfig'), ...args], {
      timeout: 60_000,
      encoding: 'utf8',
      ...(input === undefined ? {} : { input: JSON.stringify(input) }),
    });
  const items = manifests(suite);
  kubectl(['apply', '-f', '-'], { apiVersion: 'v1', kind: 'List', items });
  kubectl(['wait', '--for=condition=Accepted', `gatewayclass/${className}`, '--timeout=60s']);
  // A server has a policy in force a while after it has taken it.
  const tries = ['create', '--dry-run=server', '-f', '-', '-o', 'jsonpath={.metadata.annotations}'];
  const deadline = Date.now() + 60_000;
  for (const pod of samplePods()) {
    while (!kubectl(tries, pod).includes('trellis.dev/command')) {
      if (Date.now() > deadline) throw new Error(`${JSON.stringify(pod)} is not told what to run`);
      await sleep(200);
    }
  }
}

function hostsIn({ dir }: StoryWorld): string {
  const [vpc = ''] = readdirSync(join(dir, 'names')).filter((name) => name.startsWith('vpc-'));
  return join(dir, 'names', vpc, 'hosts');
}

/** No feature is named: the suite takes them from the status of the class. */
const flags = {
  'gateway-class': className,
  'conformance-profiles': 'GATEWAY-HTTP,GATEWAY-TLS',
  'cleanup-base-resources': 'false',
  // What a test leaves goes within seconds, as Lattice takes its time; the next test uses some of its names again.
  'timeout-config-overrides': 'TestIsolation:4',
} as const;

/** Ours takes seconds where the suite waits for a minute; what has not come by then does not come. */
const impatience = ['TestIsolation:4', 'MaxTimeToConsistency:10', 'RouteMustHaveParents:10'].join(';');

/** Gateways share one network here, so two tests at once could want one hostname; and grants of one would hold for others. */
const testsAtOnce = 1;

function report(): Readonly<Record<string, string>> {
  const { name, version } = aboutUs();
  return {
    'report-output': join(remains, 'report.yaml'),
    mode: 'perHostname on the local VPC Lattice',
    organization: name,
    project: name,
    // The suite asks for an address and somebody to write to; this is about a local run, and there is nobody.
    url: name,
    contact: name,
    version,
  };
}

function aboutUs(): { readonly name: string; readonly version: string } {
  const about: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return isRecord(about)
    ? { name: String(about['name']), version: String(about['version']) }
    : { name: '', version: '' };
}

process.exitCode = await main(process.argv.slice(2));
