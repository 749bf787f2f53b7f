import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { runNetworkCommand } from '../../src/networks/command.ts';
import { namespacesObstacle } from '../../src/networks/namespaces.ts';
import { readStory } from '../../tools/story/readme.ts';
import { openShell } from '../../tools/story/shell.ts';
import type { Shell } from '../../tools/story/shell.ts';
import { tell } from '../../tools/story/tell.ts';
import type { StoryWorld } from '../../tools/story/world.ts';
import { withoutIpv6, withoutRules } from '../networks.ts';
import { root, until } from './hotel.ts';

const skip = (await namespacesObstacle()) ?? false;
const skip6 = await withoutIpv6();
const skipRules = skip === false ? await withoutRules() : skip;

/** A world of the clusters hotel-1 and hotel-2 whose VPCs are network namespaces. */
export interface WorldInNamespaces extends StoryWorld {
  /** Their names. */
  readonly namespaces: readonly string[];
}

/**
 * What must hold in any such world: stories work as printed, `more` of them where there is time for it, names and
 * ClusterIPs lead where they should, nothing is left.
 */
export function checkNamespaces(
  where: string,
  start: () => Promise<WorldInNamespaces>,
  more: readonly string[] = [],
): void {
  suite(`in network namespaces, ${where}`, { skip }, () => {
    let world: WorldInNamespaces;
    let shell: Shell;
    before(async () => {
      world = await start();
      shell = openShell(root, world.env);
    });

    for (const name of ['overlapping-addresses', 'my-hotel', ...more]) {
      test(`story ${name}: the README works as printed`, async () => {
        await tell(readStory(readFileSync(join(root, 'examples', name, 'README.md'), 'utf8')), shell);
      });
    }

    test('who is in the VPC finds names by its resolver', async () => {
      for (const family of skip6 === false ? ['-4', '-6'] : ['-4']) {
        const curl = `curl ${family} -s -m 5 $inventory`;
        const heard = await type(shell, `ip netns exec ${world.namespaces[0]} ${curl}`);
        assert.match(heard, /^Requsting to Pod\(inventory-ver\d/, curl);
      }
    });

    test(
      'a Service answers at its ClusterIP, by all its names, from its ready pods',
      { skip: skipRules },
      async () => {
        const answers = async (name: string): Promise<readonly string[]> => {
          const curl = `curl -s -m 5 -H 'connection: close' '${name}/[1-30]'`;
          const said = await type(shell, `kubectl --context hotel-1 exec deploy/parking -- ${curl}`);
          return said.split('\n');
        };
        await type(shell, 'kubectl --context hotel-1 rollout status deploy/parking --timeout=30s');
        assert.match(
          await type(shell, 'kubectl --context hotel-1 get service parking -o jsonpath={.spec.clusterIP}'),
          /^10\.96\./,
        );
        for (const name of ['parking', 'parking.default', 'parking.default.svc.cluster.local']) {
          const heard = await answers(name);
          assert.equal(heard.length, 30);
          // One of them is the pod that asks: it reaches itself, too.
          assert.equal(new Set(heard).size, 2, heard.join('\n'));
        }
        await type(shell, 'kubectl --context hotel-1 scale deploy/parking --replicas=1');
        await until(
          'the pod that is left answers alone',
          async () => new Set(await answers('parking')).size === 1,
        );
        await type(shell, 'kubectl --context hotel-1 create service clusterip nobody --tcp=80');
        await until('a Service without pods refuses connections', async () => {
          const asked =
            'kubectl --context hotel-1 exec deploy/parking -- curl -s -v -m 5 nobody 2>&1 || true';
          return (await type(shell, asked)).includes('Connection refused');
        });
      },
    );

    after(async () => {
      const { namespaces } = world;
      shell.close();
      await world.close();
      const left = await runNetworkCommand(['ip', 'netns', 'list']);
      assert.equal(namespaces.length, 2);
      for (const namespace of namespaces) {
        assert.ok(!left.includes(namespace), left);
        assert.equal(existsSync(`/etc/netns/${namespace}`), false);
      }
    });
  });
}

async function type(shell: Shell, command: string): Promise<string> {
  const { exitCode, output } = await shell.type(command, 30_000);
  assert.equal(exitCode, 0, `${command}\n${output}`);
  return output.trim();
}
