import { ipIn, NetworkCommandFailed, runNetworkCommand } from './command.ts';
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

/** The same one in IPv6. */
const gateway6 = 'fd00:ec2:80::a9fe:abfe';

/** Where a pod finds the next hop in IPv6: neighbours ask for the addresses of one wire only. */
const wireAddress = 'fe80::1';

/** What is local to the namespace of a VPC, so that sockets there may have any of these addresses. */
const latticeRanges = ['169.254.171.0/24', '129.224.0.0/17'] as const;
const latticeRange6 = 'fd00:ec2:80::/64';

/** The resolver of the VPC, which refuses what it does not know at once. */
export const resolverText = `nameserver ${resolverAddress}\noptions timeout:1 attempts:1\n`;

/** Makes a namespace that is the network of a VPC. */
export async function addVpc(name: string): Promise<void> {
  await addNamespace(name);
  addNamespaceFile(name, 'resolv.conf', resolverText);
  await prepareVpc(name);
}

/**
 * Has a namespace be the network of a VPC, in which Lattice has its addresses and to which pods are wired. It may be one
 * already. Where this machine has no IPv6 the VPC has none either.
 */
export async function prepareVpc(name: string): Promise<void> {
  await ipIn(name, [
    'link set lo up',
    `address replace ${gateway}/32 dev lo`,
    `address replace ${resolverAddress}/32 dev lo`,
    ...latticeRanges.map((range) => `route replace local ${range} dev lo`),
  ]);
  await setIn(name, 'ipv4/ip_forward');
  if (await isIpv6On(name)) await addIpv6(name);
}

/** All of it, or nothing: who may not change how this machine routes has VPCs without IPv6. */
async function addIpv6(name: string): Promise<void> {
  try {
    await setIn(name, 'ipv6/conf/all/forwarding');
    // A local route is enough in IPv4 for a socket to have an address of its range.
    await setIn(name, 'ipv6/ip_nonlocal_bind');
    await ipIn(name, [
      `address replace ${gateway6}/128 dev lo`,
      // The last, by which `hasIpv6` knows.
      `route replace local ${latticeRange6} dev lo`,
    ]);
  } catch (error) {
    if (!(error instanceof NetworkCommandFailed)) throw error;
  }
}

/** Whether Lattice has addresses of IPv6 in a VPC that was prepared. */
export async function hasIpv6(name: string): Promise<boolean> {
  try {
    const routes = await runNetworkCommand([
      'ip',
      '-n',
      name,
      '-6',
      'route',
      'show',
      'table',
      'local',
      latticeRange6,
    ]);
    return routes.trim() !== '';
  } catch (error) {
    if (error instanceof NetworkCommandFailed) return false;
    throw error;
  }
}

/** Why pods can have no addresses of IPv6 in a VPC that was prepared, in a sentence; undefined when they can. */
export async function ipv6Obstacle(name: string): Promise<string | undefined> {
  return (await hasIpv6(name))
    ? undefined
    : 'This machine has no IPv6 (net.ipv6.conf.all.disable_ipv6, or its kernel has none).';
}

async function isIpv6On(name: string): Promise<boolean> {
  const file = settingFile('ipv6/conf/all/disable_ipv6');
  const text = await inNamespace(name, `cat ${file} 2>/dev/null || echo none`);
  return text.trim() === '0';
}

async function setIn(name: string, setting: string): Promise<void> {
  await inNamespace(name, `echo 1 >${settingFile(setting)}`);
}

/** The file is another one in each namespace. */
function settingFile(setting: string): string {
  return `/proc/sys/net/${setting}`;
}

async function inNamespace(name: string, script: string): Promise<string> {
  return await runNetworkCommand(['nsenter', `--net=${namespaceFile(name)}`, '/bin/sh', '-c', script]);
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

/**
 * Gives a pod a namespace, wired to that of its VPC, where it has an address and, if the VPC has IPv6, maybe one of that,
 * too. What was left under its name goes first.
 */
export async function addPod(vpc: string, address: string, address6?: string): Promise<void> {
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
    // Nobody else is on the wire, so there is nobody to ask whether an address is free.
    ...(address6 === undefined
      ? []
      : [
          `address add ${wireAddress}/64 dev ${wire} nodad`,
          `route add ${address6}/128 dev ${wire} src ${gateway6}`,
        ]),
  ]);
  await ipIn(pod, [
    'link set lo up',
    'link set eth0 up',
    `address add ${address}/32 dev eth0`,
    `route add ${gateway} dev eth0`,
    `route add default via ${gateway} dev eth0`,
    ...(address6 === undefined
      ? []
      : [`address add ${address6}/128 dev eth0 nodad`, `route add default via ${wireAddress} dev eth0`]),
  ]);
}

/** Removes the pods of a VPC that are left from before. */
export async function removePods(vpc: string, isLeft: (address: string) => boolean): Promise<void> {
  await removeNamespaces((name) => name.startsWith(`${vpc}.`) && isLeft(name.slice(vpc.length + 1)));
}

export async function removePod(vpc: string, address: string): Promise<void> {
  await removeNamespace(podNamespace(vpc, address));
}
