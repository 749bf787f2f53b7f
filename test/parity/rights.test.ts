/** A controller with fewer rights than it asks for, on a real API server: as somebody else, by impersonation. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { runController } from '../../src/controller/controller.ts';
import { kinds } from '../../src/kinds/kinds.ts';
import { controllerName } from '../../src/kinds/names.ts';
import { isRecord } from '../../src/kinds/record.ts';
import { createKubeClient } from '../../src/kube/client.ts';
import { loadKubeconfig } from '../../src/kube/kubeconfig.ts';
import { defaultQuotas } from '../../src/lattice/translate/quotas.ts';
import { unrestrained } from '../../src/controller/settings.ts';
import { systemClock } from '../../src/ports/system/clock.ts';
import { httpClient } from '../../src/ports/system/http-client.ts';
import { systemProgram } from '../../src/ports/system/program.ts';
import { systemRandom } from '../../src/ports/system/random.ts';
import { startRealApi } from '../../tools/kube/api.ts';
import { definitionFiles } from '../../tools/kube/definitions.ts';
import { soon } from '../contract/gateway-releases/install.ts';
import { account, latticeWorld, quiet, regionName } from '../contract/world.ts';

const rbac = (kind: string, plural: string) =>
  ({ group: 'rbac.authorization.k8s.io', version: 'v1', kind, plural, namespaced: false }) as const;
const never = new AbortController().signal;

test('a controller that may not list a kind works without it, says so on the class, and goes on when it may', async () => {
  const api = await startRealApi({ definitions: definitionFiles(), signal: AbortSignal.timeout(60_000) });
  const stop = new AbortController();
  const kubeconfig: unknown = parse(readFileSync(api.kubeconfig, 'utf8'));
  const { server, tls, token, headers } = loadKubeconfig({
    env: { KUBECONFIG: '/kubeconfig' },
    readFile: () => JSON.stringify(asPorter(kubeconfig)),
    run: systemProgram,
    clock: systemClock,
  });
  assert.ok(tls !== undefined && headers !== undefined && token !== undefined);
  const http = httpClient({ origin: server, tls, headers });
  const admin = createKubeClient({ wire: api.wire, clock: systemClock, userAgent: 'admin' });
  const grant = async (name: string, rules: readonly object[]): Promise<void> => {
    const apiVersion = 'rbac.authorization.k8s.io/v1';
    const role = { apiVersion, kind: 'ClusterRole', metadata: { name }, rules };
    await admin.create(rbac('ClusterRole', 'clusterroles'), role, never);
    const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'porters' }];
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name };
    const binding = { apiVersion, kind: 'ClusterRoleBinding', metadata: { name }, subjects, roleRef };
    await admin.create(rbac('ClusterRoleBinding', 'clusterrolebindings'), binding, never);
  };
  const said = async (): Promise<string> => {
    const { status } = await admin.get(kinds.GatewayClass, { namespace: '', name: 'lattice' }, never);
    const conditions: unknown = isRecord(status) ? status['conditions'] : undefined;
    const accepted = Array.isArray(conditions)
      ? conditions.filter(isRecord).find(({ type }) => type === 'Accepted')
      : undefined;
    return String(accepted?.['message']);
  };
  try {
    const groups = ['gateway.networking.k8s.io', 'application-networking.k8s.aws', 'apiextensions.k8s.io'];
    await grant('most', [
      { apiGroups: [...groups, 'discovery.k8s.io'], resources: ['*'], verbs: ['*'] },
      { apiGroups: [''], resources: ['namespaces', 'services', 'configmaps', 'events'], verbs: ['*'] },
    ]);
    const gatewayClass = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GatewayClass',
      metadata: { name: 'lattice' },
      spec: { controllerName },
    };
    await admin.create(kinds.GatewayClass, gatewayClass, never);
    const lattice = latticeWorld(systemClock, { latency: 'none', healthChecks: 'absent' });
    const running = runController({
      kube: { wire: http.wire, token },
      lattice: {
        wire: lattice.wire,
        endpoint: 'http://lattice.test',
        credentials: { accessKeyId: account, secretAccessKey: 'local' },
      },
      settings: {
        clusterName: 'test',
        vpcId: 'vpc-0123456789abcdef0',
        accountId: account,
        region: regionName,
        serviceNetworkOverride: false,
        quotas: defaultQuotas,
        safety: unrestrained,
      },
      clock: systemClock,
      random: systemRandom,
      log: quiet,
      signal: stop.signal,
    }).catch((error: unknown) => assert.ok(stop.signal.aborted, String(error)));
    await soon('the class tells what is forbidden', async () =>
      (await said()).includes('may not list and watch Secret'),
    );
    await grant('secrets', [{ apiGroups: [''], resources: ['secrets'], verbs: ['list', 'watch'] }]);
    await soon('it goes on', async () => (await said()) === 'Accepted');
    stop.abort(new Error('seen'));
    await running;
  } finally {
    stop.abort(new Error('over'));
    await http.close();
    await api.stop();
  }
});

/** The same kubeconfig, whose user acts as somebody of the group `porters`. */
function asPorter(config: unknown): unknown {
  assert.ok(isRecord(config) && Array.isArray(config['users']));
  const users = config['users'].filter(isRecord).map((one) => ({
    ...one,
    user: { ...(isRecord(one['user']) ? one['user'] : {}), as: 'porter', 'as-groups': ['porters'] },
  }));
  return { ...config, users };
}
