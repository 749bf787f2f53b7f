import { rmSync } from 'node:fs';
import { temporaryFolder } from '../../../src/ports/system/temporary-folder.ts';
import {
  CreateListenerCommand,
  CreateRuleCommand,
  CreateServiceCommand,
  CreateServiceNetworkCommand,
  CreateServiceNetworkServiceAssociationCommand,
  CreateServiceNetworkVpcAssociationCommand,
  CreateTargetGroupCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-vpc-lattice';
import type { RuleAction, VPCLatticeClient } from '@aws-sdk/client-vpc-lattice';
import { createLatticeClient } from '../../../src/lattice/aws/client.ts';
import { systemClock } from '../../../src/ports/system/clock.ts';
import { httpClient } from '../../../src/ports/system/http-client.ts';
import { startTrellis } from '../../story/trellis.ts';
import { latticeAddress } from '../lattice-address.ts';
import { envoyBelow } from './cpu-time.ts';
import { job } from './job.ts';

/** An Envoy under load: where it listens, and what it is. */
export interface Subject {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** Of Envoy. */
  readonly pid: number;
  /** What it said of late. */
  readonly complaints: () => readonly string[];
  readonly close: () => Promise<void>;
}

/** What Lattice gave the job's parts, for whoever writes the same by hand. */
export interface Facts {
  readonly sourceVpcArn: string;
  readonly names: Readonly<Record<'rates' | 'inventory', string>>;
  /** By target group: what its targets are told. */
  readonly told: Readonly<Record<string, string>>;
}

interface Place {
  readonly root: string;
  /** Added to port 80. */
  readonly portOffset: number;
  readonly targetPort: number;
  readonly concurrency: number;
  readonly signal: AbortSignal;
}

/** A local VPC Lattice with the job in it, as any client of its API would put it there. */
export async function startOurs(place: Place): Promise<{ readonly subject: Subject; readonly facts: Facts }> {
  const { root, portOffset, concurrency, signal } = place;
  const namesDir = temporaryFolder('bench');
  const lattice = await startTrellis(root, [
    'lattice',
    '--listen=127.0.0.1:0',
    '--latency=none',
    `--port-offset=${portOffset}`,
    `--concurrency=${concurrency}`,
    `--names-dir=${namesDir}`,
    `--vpcs=${job.vpcId}`,
  ]);
  const close = async (): Promise<void> => {
    await lattice.close();
    rmSync(namesDir, { recursive: true, force: true });
  };
  const endpoint = lattice.facts['url'] ?? '';
  const http = httpClient({ origin: endpoint });
  try {
    const client = createLatticeClient({
      wire: http.wire,
      endpoint,
      region: 'us-west-2',
      credentials: { accessKeyId: 'bench', secretAccessKey: 'local' },
      clock: systemClock,
    });
    const facts = await provision(client, place.targetPort);
    const subject = {
      name: 'ours',
      address: await latticeAddress(namesDir, job.vpcId, signal),
      port: 80 + portOffset,
      pid: envoyBelow(lattice.pid),
      complaints: () => [],
      close,
    };
    return { subject, facts };
  } catch (error) {
    await close();
    throw error;
  } finally {
    await http.close();
  }
}

async function provision(client: VPCLatticeClient, targetPort: number): Promise<Facts> {
  const network = await client.send(new CreateServiceNetworkCommand({ name: 'bench' }));
  await client.send(
    new CreateServiceNetworkVpcAssociationCommand({
      serviceNetworkIdentifier: network.id,
      vpcIdentifier: job.vpcId,
    }),
  );
  const groups: Record<string, { readonly id: string; readonly arn: string }> = {};
  for (const [name, address] of Object.entries(job.targets)) {
    const { id = '', arn = '' } = await client.send(
      new CreateTargetGroupCommand({
        name,
        type: 'IP',
        config: { protocol: 'HTTP', protocolVersion: 'HTTP1', port: targetPort, vpcIdentifier: job.vpcId },
      }),
    );
    groups[name] = { id, arn };
    await client.send(
      new RegisterTargetsCommand({ targetGroupIdentifier: id, targets: [{ id: address, port: targetPort }] }),
    );
  }
  const told: Record<string, string> = {};
  const forward = (weights: Readonly<Record<string, number>>, serviceArn: string): RuleAction => {
    for (const name of Object.keys(weights)) {
      told[name] =
        `ServiceArn=${serviceArn}; ServiceNetworkArn=${network.arn}; TargetGroupArn=${groups[name]?.arn}`;
    }
    const targetGroups = Object.entries(weights).map(([name, weight]) => ({
      targetGroupIdentifier: groups[name]?.id,
      weight,
    }));
    return { forward: { targetGroups } };
  };
  const rates = await addService(client, {
    name: 'rates',
    host: job.rates,
    networkId: network.id,
    rules: (arn) => ({ '/parking': forward({ parking: 1 }, arn), '/review': forward({ review: 1 }, arn) }),
  });
  const inventory = await addService(client, {
    name: 'inventory',
    host: job.inventory,
    networkId: network.id,
    rules: (arn) => ({ '/': forward({ 'inventory-ver1': 10, 'inventory-ver2': 90 }, arn) }),
  });
  return {
    sourceVpcArn: `SourceVpcArn=arn:aws:ec2:us-west-2:123456789012:vpc/${job.vpcId}`,
    names: { rates, inventory },
    told,
  };
}

interface Wanted {
  readonly name: string;
  readonly host: string;
  readonly networkId: string | undefined;
  /** By path prefix. */
  readonly rules: (serviceArn: string) => Readonly<Record<string, RuleAction>>;
}

/** A service with one listener. Gives its generated name. */
async function addService(
  client: VPCLatticeClient,
  { name, host, networkId, rules }: Wanted,
): Promise<string> {
  const service = await client.send(new CreateServiceCommand({ name, customDomainName: host }));
  const { id: listenerId } = await client.send(
    new CreateListenerCommand({
      serviceIdentifier: service.id,
      name: 'http',
      protocol: 'HTTP',
      port: 80,
      defaultAction: { fixedResponse: { statusCode: 404 } },
    }),
  );
  for (const [index, [prefix, action]] of Object.entries(rules(service.arn ?? '')).entries()) {
    await client.send(
      new CreateRuleCommand({
        serviceIdentifier: service.id,
        listenerIdentifier: listenerId,
        name: `path-${index + 1}`,
        priority: index + 1,
        match: { httpMatch: { pathMatch: { match: { prefix }, caseSensitive: true } } },
        action,
      }),
    );
  }
  await client.send(
    new CreateServiceNetworkServiceAssociationCommand({
      serviceNetworkIdentifier: networkId,
      serviceIdentifier: service.id,
    }),
  );
  return service.dnsEntry?.domainName ?? '';
}
