import { gatewayKind } from '../../kinds/gateway.gen.ts';
import { iamAuthPolicyKind } from '../../kinds/iam-auth-policy.gen.ts';
import { annotations } from '../../kinds/names.ts';
import type { Kind } from '../../kinds/object.ts';
import { createKubeClient } from '../../kube/client.ts';
import { KubeconfigError } from '../../kube/kubeconfig-error.ts';
import type { Unstructured } from '../../kube/object.ts';
import type { ObjectNames } from '../../lattice/walk/report.ts';
import { within } from '../../ports/deadline.ts';
import type { World } from '../command.ts';
import { openCluster } from '../open-cluster.ts';

/** A cluster that was not named has this long to answer. */
const withinMs = 3_000;

/**
 * What the cluster of the kubeconfig knows of Lattice besides what tags say: which Gateways and IAMAuthPolicies there are.
 * Nothing without a kubeconfig. One that does not answer is told, and only where it was asked for by name that is an error.
 */
export async function objectNames(
  world: World,
  context: string | undefined,
  signal: AbortSignal,
): Promise<ObjectNames | undefined> {
  try {
    const { connection, http } = openCluster(world, context);
    try {
      const client = createKubeClient({
        ...connection,
        wire: http.wire,
        clock: world.clock,
        userAgent: 'trellis',
      });
      const all = async (kind: Kind, until: AbortSignal): Promise<readonly Unstructured[]> =>
        (await client.list(kind, {}, until)).items;
      const [gateways, policies] = await within(world.clock, withinMs, signal, async (until) =>
        Promise.all([all(gatewayKind, until), all(iamAuthPolicyKind, until)]),
      );
      return namesOf(gateways, policies);
    } finally {
      await http.close();
    }
  } catch (error) {
    if (context !== undefined || signal.aborted) throw error;
    if (!(error instanceof KubeconfigError)) {
      world.log('explain').warn('the cluster of the kubeconfig names no objects', { cause: error });
    }
    return undefined;
  }
}

function namesOf(gateways: readonly Unstructured[], policies: readonly Unstructured[]): ObjectNames {
  return {
    // A Gateway says in its status which network it stands for.
    network: (arn) => wordOf(gateways.find(({ status }) => JSON.stringify(status ?? '').includes(arn))),
    policyOn: (id) =>
      wordOf(
        policies.find(({ metadata }) => metadata.annotations?.[annotations.iamAuthPolicyResourceId] === id),
      ),
  };
}

function wordOf(object: Unstructured | undefined): string | undefined {
  if (object === undefined) return undefined;
  const { kind, metadata } = object;
  return `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}
