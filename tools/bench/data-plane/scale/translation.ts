import { Publisher } from '../../../../src/envoy/ads/publisher.ts';
import { createLatticeApi } from '../../../../src/local/api/api.ts';
import { usualLimits } from '../../../../src/local/dataplane/xds/limits.ts';
import { translate } from '../../../../src/local/dataplane/xds/translate.ts';
import type { View } from '../../../../src/local/dataplane/xds/view.ts';
import { createRegion } from '../../../../src/local/region.ts';
import { systemClock } from '../../../../src/ports/system/clock.ts';
import { systemLog } from '../../../../src/ports/system/log.ts';
import { systemRandom } from '../../../../src/ports/system/random.ts';
import { callerOver } from '../../caller.ts';
import { allowed } from '../../shop.ts';
import { fillScale } from './world.ts';

const changes = 100;

/** Milliseconds from a state in which one thing has changed to bytes for Envoy, one for each change. */
export async function measureTranslation(): Promise<readonly number[]> {
  const log = systemLog('warn', 'bench');
  const ports = { clock: systemClock, random: systemRandom, log };
  const region = createRegion({ region: 'us-west-2', ...ports, latency: 'none' });
  const caller = callerOver(createLatticeApi([region], ports), {
    host: 'lattice.bench.test',
    close: async () => Promise.resolve(),
  });
  const publisher = new Publisher(ports);
  try {
    region.dispatch(
      { op: 'SetQuotas', input: { of: 'everybody', values: allowed } },
      { account: '000000000000' },
    );
    const { changeable } = await fillScale(caller, 8080);
    const [association] = region.state().vpcAssociations.values();
    const view: View = {
      addresses: new Map([[association?.id ?? '', '127.171.1.1']]),
      portOffset: 0,
      certificates: new Map(),
      standIns: { addresses: new Map(), functions: new Set(), invoker: '' },
      resourceAddresses: new Map(),
      namespaces: new Map(),
      dualStack: new Set(),
      limits: usualLimits,
    };
    let translated = translate(region.state(), view);
    publisher.publish(translated.snapshot);
    const times: number[] = [];
    for (let n = 0; n < changes; n += 1) {
      const { rule = '' } = changeable[n % changeable.length] ?? {};
      const body = { action: { fixedResponse: { statusCode: n < changeable.length ? 500 : 404 } } };
      await caller.all([{ method: 'PATCH', target: rule, body }]);
      const state = region.state();
      const begun = performance.now();
      translated = translate(state, view, translated.memory);
      publisher.publish(translated.snapshot);
      times.push(performance.now() - begun);
    }
    return times;
  } finally {
    publisher.close();
    region.close();
  }
}
