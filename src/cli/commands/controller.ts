import { runController } from '../../controller/controller.ts';
import { ControllerMetrics } from '../../controller/metrics/controller-metrics.ts';
import { metricsWire, probesWire } from '../../controller/metrics/endpoints.ts';
import { elect } from '../../kube/lease.ts';
import type { Wire } from '../../ports/wire.ts';
import type { Command, Facts, Values, World } from '../command.ts';
import { openDoors } from '../doors.ts';
import type { Door } from '../doors.ts';
import { reach } from '../reach.ts';
import { spareMemory } from '../sparing.ts';

export const controller: Command = {
  name: 'controller',
  summary: 'Run the controller: any Kubernetes API, any VPC Lattice API.',
  options: {
    context: { value: 'NAME', summary: 'the kubeconfig context of the cluster; without it the current one' },
    'leader-elect': { summary: 'run only while holding the lease, so that several replicas are safe' },
    'leader-elect-namespace': {
      value: 'NAMESPACE',
      summary: 'where the lease is',
      default: 'aws-application-networking-system',
    },
    'metrics-bind-address': {
      value: '[HOST]:PORT',
      summary: 'where Prometheus finds /metrics; 0 for nowhere',
      default: ':8080',
    },
    'health-probe-bind-address': {
      value: '[HOST]:PORT',
      summary: 'where a kubelet finds /healthz and /readyz; 0 for nowhere',
      default: ':8081',
    },
    paused: { summary: 'change nothing in AWS; objects are told what waits. Also PAUSED=true' },
    shadow: {
      summary:
        'change nothing on either side, and tell what would be changed in the log and at /shadow beside the metrics: for days beside another controller, with permission to read only. Also SHADOW=true',
    },
    'prune-orphans': {
      summary: 'delete what is ours by its tags though no object accounts for it. Also PRUNE_ORPHANS=true',
    },
    'confirm-mass-deletion': {
      summary: 'let many services go at once, which is held otherwise. Also CONFIRM_MASS_DELETION=true',
    },
  },
  examples: [
    'CLUSTER_NAME=dev CLUSTER_VPC_ID=vpc-0123456789abcdef0 AWS_ACCOUNT_ID=123456789012 REGION=us-west-2 trellis controller',
  ],
  run: async (values, world) => {
    spareMemory(world);
    const env = {
      ...world.env,
      ...Object.fromEntries(
        Object.entries(variables).flatMap(([flag, name]) => (values.flag(flag) ? [[name, 'true']] : [])),
      ),
    };
    const metrics = new ControllerMetrics(world.clock);
    const readiness: Readiness = { lacks: 'neither side has answered yet' };
    const doorAt = (name: string, wire: Wire): Door => ({ option: `--${name}`, at: values.text(name), wire });
    const doors = await openDoors(
      {
        metrics: doorAt('metrics-bind-address', metricsWire(metrics)),
        probes: doorAt(
          'health-probe-bind-address',
          probesWire(() => readiness.lacks),
        ),
      },
      world.log('controller'),
    );
    try {
      await work(values, { ...world, env }, { metrics, readiness, facts: doors.facts });
    } finally {
      await doors.close();
    }
  },
};

interface Readiness {
  /** Why it cannot do its work yet. */
  lacks: string | undefined;
}

/** What the outside is told. */
interface Telling {
  readonly metrics: ControllerMetrics;
  readonly readiness: Readiness;
  readonly facts: Facts;
}

async function work(values: Values, world: World, { metrics, readiness, facts }: Telling): Promise<void> {
  const { clock, random, signal } = world;
  const { sides, client, server, endpoint, close } = await reach(world, values.optional('context'));
  const name = sides.settings.clusterName;
  const log = world.log('controller').with({ cluster: name });
  const onReady = (): void => {
    readiness.lacks = undefined;
    world.say(`trellis controller ready: cluster ${name} at ${server}, VPC Lattice at ${endpoint}`);
    world.ready({ server, endpoint, ...facts });
  };
  const lead = async (until: AbortSignal): Promise<void> => {
    readiness.lacks = 'the cluster is being read';
    await runController({ ...sides, clock, random, log, onReady, metrics, signal: until });
  };
  try {
    // The lease is that of the controller beside it.
    if (!values.flag('leader-elect') || sides.settings.safety.shadow) {
      await lead(signal);
      return;
    }
    const leads = (isLeading: boolean): void => {
      metrics.leads(leaseName, isLeading);
      // Who waits for the lease does all that is asked of it.
      readiness.lacks = undefined;
    };
    leads(false);
    await elect({
      identity: `${name}-${random.uuid()}`,
      name: leaseName,
      namespace: values.text('leader-elect-namespace'),
      client,
      clock,
      random,
      log,
      signal,
      lead: async (until) => {
        leads(true);
        await lead(until).finally(() => leads(false));
      },
    });
  } finally {
    await close();
  }
}

const leaseName = 'amazon-vpc-lattice.io';

/** Flags that say what a variable says. */
const variables = {
  paused: 'PAUSED',
  shadow: 'SHADOW',
  'prune-orphans': 'PRUNE_ORPHANS',
  'confirm-mass-deletion': 'CONFIRM_MASS_DELETION',
} as const;
