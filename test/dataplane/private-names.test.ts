/** By which names of their own clients of a VPC know resources: what both sides wish, and what DNS has verified. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite } from 'node:test';
import type { Command } from '../../src/local/state/command.ts';
import { sourced } from './sourced.ts';
import { present, trafficWorld } from './world.ts';
import type { TrafficWorld } from './world.ts';

const vpcId = 'vpc-0123456789abcdef0';
const gatewaysVpc = 'vpc-0123456789abcdef9';

type Resource = Command<'CreateResourceConfiguration'>['input'];
type Preference = NonNullable<
  NonNullable<Command<'CreateServiceNetworkVpcAssociation'>['input']['dnsOptions']>['privateDnsPreference']
>;

/** Of a VPC association; `off` without private DNS. */
type Wish =
  | 'off'
  | { readonly privateDnsPreference?: Preference; readonly privateDnsSpecifiedDomains?: string[] };

suite('names of resources', () => {
  let world: TrafficWorld;
  let gatewayId: string;

  before(async () => {
    world = await trafficWorld();
    gatewayId = gateway('theirs', gatewaysVpc, 'PUBLIC');
    const { id, txtRecord } = world.done({
      op: 'StartDomainVerification',
      input: { domainName: 'verified.example.com' },
    });
    const { name, value } = txtRecord;
    world.region.dispatch({ op: 'PublishTxtRecord', input: { name, values: [value] } }, { account: '' });
    const verified = { domainVerificationIdentifier: id };
    share(resource('verified', 'db.verified.example.com', verified));
    share(resource('listed', 'db.listed.example.com'));
    share(resource('other', 'db.other.example.com'));
    share(resource('kept', 'kept.listed.example.com'), false);
  });
  after(async () => world.close());

  function gateway(
    name: string,
    vpcIdentifier: string,
    resourceConfigDnsResolution: 'IN_VPC' | 'PUBLIC',
  ): string {
    const input = { name, vpcIdentifier, subnetIds: ['subnet-01234567'], resourceConfigDnsResolution };
    return world.done({ op: 'CreateResourceGateway', input }).id;
  }

  function resource(name: string, customDomainName: string, more: Partial<Resource> = {}): string {
    const input: Resource = {
      name,
      customDomainName,
      type: 'SINGLE',
      resourceGatewayIdentifier: gatewayId,
      portRanges: ['5432'],
      resourceConfigurationDefinition: { ipResource: { ipAddress: '127.172.11.1' } },
      ...more,
    };
    return world.done({ op: 'CreateResourceConfiguration', input }).id;
  }

  function share(resourceConfigurationIdentifier: string, privateDnsEnabled = true): void {
    const input = {
      resourceConfigurationIdentifier,
      serviceNetworkIdentifier: world.networkId,
      privateDnsEnabled,
    };
    world.done({ op: 'CreateServiceNetworkResourceAssociation', input });
  }

  /** The names below example.com that clients know when the VPC is associated so. */
  async function knownWith(dns: Wish): Promise<readonly string[]> {
    const [association] = world.region.state().vpcAssociations.values();
    world.done({
      op: 'DeleteServiceNetworkVpcAssociation',
      input: { serviceNetworkVpcAssociationIdentifier: present(association).id },
    });
    world.region.state();
    const input = {
      serviceNetworkIdentifier: world.networkId,
      vpcIdentifier: vpcId,
      privateDnsEnabled: dns !== 'off',
      ...(dns === 'off' || dns.privateDnsPreference === undefined ? {} : { dnsOptions: dns }),
    };
    world.done({ op: 'CreateServiceNetworkVpcAssociation', input });
    await world.settle();
    const words = readFileSync(join(world.namesDir, 'hosts'), 'utf8').split(/\s+/);
    return [...new Set(words.filter((word) => word.endsWith('.example.com')))].toSorted((a, b) =>
      a < b ? -1 : 1,
    );
  }

  const listed = ['*.listed.example.com'];

  sourced('guide: vpc-resources', 'are those that the VPC prefers', async () => {
    const [verified, one, other] = [
      'db.verified.example.com',
      'db.listed.example.com',
      'db.other.example.com',
    ] as const;
    const cases: readonly (readonly [Wish, readonly string[]])[] = [
      ['off', []],
      [{}, [verified]],
      [{ privateDnsPreference: 'VERIFIED_DOMAINS_ONLY' }, [verified]],
      [{ privateDnsPreference: 'ALL_DOMAINS' }, [one, other, verified]],
      [
        {
          privateDnsPreference: 'VERIFIED_DOMAINS_AND_SPECIFIED_DOMAINS',
          privateDnsSpecifiedDomains: listed,
        },
        [one, verified],
      ],
      [{ privateDnsPreference: 'SPECIFIED_DOMAINS_ONLY', privateDnsSpecifiedDomains: listed }, [one]],
      [
        {
          privateDnsPreference: 'SPECIFIED_DOMAINS_ONLY',
          privateDnsSpecifiedDomains: ['listed.example.com'],
        },
        [],
      ],
    ];
    for (const [dns, expected] of cases) {
      assert.deepEqual(await knownWith(dns), expected, JSON.stringify(dns));
    }
  });

  sourced(
    'guide: resource-configuration',
    "stay those of the VPC's own DNS where the gateway looks them up in the same VPC",
    async () => {
      const own = gateway('own', vpcId, 'IN_VPC');
      const looksUp = (name: string, customDomainName: string, domainName: string): void => {
        const definition = { dnsResource: { domainName, ipAddressType: 'IPV4' } } as const;
        const more = { resourceGatewayIdentifier: own, resourceConfigurationDefinition: definition };
        share(resource(name, customDomainName, more));
      };
      looksUp('same', 'same.own.example.com', 'same.own.example.com');
      looksUp('parent', 'parent.own.example.com', 'db.parent.own.example.com');
      looksUp('apart', 'apart.own.example.com', 'not-apart.own.example.com');
      share(resource('address', 'address.own.example.com', { resourceGatewayIdentifier: own }));
      const known = await knownWith({ privateDnsPreference: 'ALL_DOMAINS' });
      assert.deepEqual(
        known.filter((name) => name.endsWith('.own.example.com')),
        ['address.own.example.com', 'apart.own.example.com'],
      );
    },
  );
});
