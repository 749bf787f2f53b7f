import { gatewayKind } from '../../kinds/gateway.gen.ts';
import { iamAuthPolicyKind } from '../../kinds/iam-auth-policy.gen.ts';
import { annotations } from '../../kinds/names.ts';
import type { Kind } from '../../kinds/object.ts';
import { createKubeClient } from '../../kube/client.ts';
import { explainUnreachable } from '../../kube/kubeconfig.ts';
import { KubeconfigError } from '../../kube/kubeconfig-error.ts';
import type { Unstructured } from '../../kube/object.ts';
import type { ObjectNames } from '../../lattice/walk/report.ts';
import { within } from '../../ports/deadline.ts';
import { UserError } from '../command.ts';
import type { World } from '../command.ts';
import { openCluster } from '../open-cluster.ts';
import type { OpenCluster } from '../open-cluster.ts';

/** A cluster that was not named has this long to answer. */
const withinMs = 3_000;

/**
 * What the cluster of the kubeconfig knows of Lattice besides what tags say: which Gateways and IAMAuthPolicies there are.
 * Nothing without a kubeconfig. One that does not answer is told, and an error only where it was asked for by name.
 */
export async function objectNames(
  world: World,
  context: string | undefined,
  signal: AbortSignal,
): Promise<ObjectNames | undefined> {
  try {
    return await askCluster(openCluster(world, context), world, signal);
  } catch (error) {
    if (context !== undefined || signal.aborted) throw error;
    if (!(error instanceof UserError || error instanceof KubeconfigError)) throw error;
    const isMeant = error instanceof UserError || (world.env['KUBECONFIG'] ?? '') !== '';
    if (isMeant)
      world.log('explain').warn('Gateways and IAMAuthPolicies are not named', { why: error.message });
    return undefined;
  }
}

async function askCluster(
  { connection, http }: OpenCluster,
  { clock }: Pick<World, 'clock'>,
  signal: AbortSignal,
): Promise<ObjectNames> {
  const client = createKubeClient({ ...connection, wire: http.wire, clock, userAgent: 'trellis' });
  const all = async (kind: Kind, until: AbortSignal): Promise<readonly Unstructured[]> =>
    (await client.list(kind, {}, until)).items;
  try {
    const [gateways, policies] = await within(clock, withinMs, signal, async (until) =>
      Promise.all([all(gatewayKind, until), all(iamAuthPolicyKind, until)]),
    );
    return namesOf(gateways, policies);
  } catch (cause) {
    signal.throwIfAborted();
    throw new UserError(explainUnreachable(connection, cause).message);
  } finally {
    await http.close();
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
