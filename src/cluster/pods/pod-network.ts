import { createServer } from 'node:net';
import { dialHere } from '../../networks/dial.ts';
import type { Dial } from '../../networks/dial.ts';
import { namespaceFile } from '../../networks/namespaces.ts';
import { socketsIn } from '../../networks/sockets.ts';
import { addPod, podNamespace, removePod, removePods } from '../../networks/vpc.ts';
import { Addresses, besideIn } from './addresses.ts';
import type { Command } from './process.ts';
import { claimRange, RangeTaken } from './range-claim.ts';

/** Where pods have their addresses: on this machine itself, or in the network namespace of their VPC. */
export interface PodNetwork {
  /** The namespace of the VPC, by name. */
  readonly vpc: string | undefined;
  /** Takes a range of addresses for this process; what one before it left there goes. Rejects with `RangeTaken`, or `BadCidr`. */
  claim(cidr: string, firstAddress: string): Promise<{ readonly release: () => void }>;
  /** The range of the addresses of IPv6 that pods have besides, if they have any. */
  readonly podCidr6?: string | undefined;
  /** All addresses of the pod that has this one, which is the first. */
  addressesOf(address: string): readonly string[];
  /** Makes a pod's place; resolves when its processes may have the address. */
  add(address: string): Promise<void>;
  /** Takes it away again, when none of them is left. */
  remove(address: string): Promise<void>;
  /** The same command, at a pod's place. */
  confine(address: string, command: Command): Command;
  /** As the node calls its pods. */
  readonly dial: Dial;
  close(): Promise<void>;
}

/** All addresses are there already, and every process may have any. */
export const machineNetwork: PodNetwork = {
  vpc: undefined,
  claim: claimRange,
  addressesOf: (address) => [address],
  add: async () => Promise.resolve(),
  remove: async () => Promise.resolve(),
  confine: (_, command) => command,
  dial: dialHere,
  close: async () => Promise.resolve(),
};

/**
 * Each pod has a network namespace of its own, wired to that of the VPC. With a range of IPv6 it has an address of that,
 * too; throws `BadCidr` when it is none.
 */
export function vpcNetwork(vpc: string, podCidr6?: string): PodNetwork {
  const beside = podCidr6 === undefined ? undefined : besideIn(podCidr6);
  const sockets = socketsIn(vpc);
  return {
    vpc,
    podCidr6,
    addressesOf: (address) => [address, ...(beside === undefined ? [] : [beside(address)])],
    claim: async (cidr) => {
      const claimed = await claimIn(vpc, cidr);
      const range = new Addresses(cidr);
      await removePods(vpc, (address) => range.retake(address));
      return claimed;
    },
    add: async (address) => addPod(vpc, address, beside?.(address)),
    remove: async (address) => removePod(vpc, address),
    confine: (address, command) => ({
      ...command,
      argv: ['nsenter', `--net=${namespaceFile(podNamespace(vpc, address))}`, '--', ...command.argv],
    }),
    dial: async (place, signal) => sockets.connect(place, signal),
    close: async () => sockets.close(),
  };
}

/** The name of a socket is claimed, which is nowhere in the file system and gone with its process. */
async function claimIn(vpc: string, cidr: string): Promise<{ readonly release: () => void }> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') reject(error);
      else {
        const message = `Another cluster has pods in ${cidr} of the network namespace ${vpc}: choose another range with --pod-cidr, such as 10.80.0.0/16.`;
        reject(new RangeTaken(message));
      }
    });
    server.listen(`\0trellis pods ${vpc} ${cidr}`, resolve);
  });
  server.unref();
  return { release: () => void server.close() };
}
