import { ipIn, runNetworkCommand } from './command.ts';
import {
  addNamespace,
  addNamespaceFile,
  namespaceFile,
  removeNamespace,
  removeNamespaces,
} from './namespaces.ts';

/** Where the resolver of a VPC answers, as at AWS. */
export const resolverAddress = '169.254.169.253';

/** The next hop of every pod. Targets see Lattice, and pods the kubelet, calling from here: it is of Lattice's range. */
const gateway = '169.254.171.254';

/** What is local to the namespace of a VPC, so that sockets there may have any of these addresses. */
const latticeRanges = ['169.254.171.0/24', '129.224.0.0/17'] as const;

/** The resolver of the VPC, which refuses what it does not know at once. */
export const resolverText = `nameserver ${resolverAddress}\noptions timeout:1 attempts:1\n`;

/** Makes a namespace that is the network of a VPC. */
export async function addVpc(name: string): Promise<void> {
  await addNamespace(name);
  addNamespaceFile(name, 'resolv.conf', resolverText);
  await prepareVpc(name);
}

/** Has a namespace be the network of a VPC, in which Lattice has its addresses and to which pods are wired. It may be one already. */
export async function prepareVpc(name: string): Promise<void> {
  await ipIn(name, [
    'link set lo up',
    `address replace ${gateway}/32 dev lo`,
    `address replace ${resolverAddress}/32 dev lo`,
    ...latticeRanges.map((range) => `route replace local ${range} dev lo`),
  ]);
  // The file is another one in each namespace.
  await runNetworkCommand([
    'nsenter',
    `--net=${namespaceFile(name)}`,
    '/bin/sh',
    '-c',
    'echo 1 >/proc/sys/net/ipv4/ip_forward',
  ]);
}

/** Removes it, with the pods that were wired to it. */
export async function removeVpc(name: string): Promise<void> {
  await removePods(name, () => true);
  await removeNamespace(name);
}

/** The namespace of the pod that has an address in a VPC. */
export function podNamespace(vpc: string, address: string): string {
  return `${vpc}.${address}`;
}

/** Gives a pod a namespace, wired to that of its VPC. What was left under its name goes first. */
export async function addPod(vpc: string, address: string): Promise<void> {
  const pod = podNamespace(vpc, address);
  const wire = `p${address
    .split('.')
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join('')}`;
  await removeNamespace(pod);
  await addNamespace(pod);
  addNamespaceFile(pod, 'resolv.conf', resolverText);
  await ipIn(vpc, [
    `link add ${wire} type veth peer name eth0 netns ${pod}`,
    `link set ${wire} up`,
    `route add ${address}/32 dev ${wire} src ${gateway}`,
  ]);
  await ipIn(pod, [
    'link set lo up',
    'link set eth0 up',
    `address add ${address}/32 dev eth0`,
    `route add ${gateway} dev eth0`,
    `route add default via ${gateway} dev eth0`,
  ]);
}

/** Removes the pods of a VPC that are left from before. */
export async function removePods(vpc: string, isLeft: (address: string) => boolean): Promise<void> {
  await removeNamespaces((name) => name.startsWith(`${vpc}.`) && isLeft(name.slice(vpc.length + 1)));
}

export async function removePod(vpc: string, address: string): Promise<void> {
  await removeNamespace(podNamespace(vpc, address));
}
