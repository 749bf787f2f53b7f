import type { ServiceEndpoint, ServicePort } from './service-ports.ts';

/**
 * What nft is told so that ClusterIPs answer in the namespace of a VPC, through which all that pods send passes: each
 * connection goes to one endpoint of its Service, by chance or by who calls. In place of all that was told before, at once;
 * open connections stay where they are. At a port without endpoints connections are refused.
 */
export function serviceRules(ports: readonly ServicePort[]): string {
  const called = ports.filter(({ endpoints }) => endpoints.length > 0);
  const abandoned = ports.filter(({ endpoints }) => endpoints.length === 0);
  return `table ip trellis_services
delete table ip trellis_services
table ip trellis_services {
  chain prerouting {
    type nat hook prerouting priority dstnat
${called.map((port) => `    ${redirection(port)}\n`).join('')}  }
  chain abandoned {
    type filter hook prerouting priority filter
${abandoned.map((port) => `    ${refusal(port)}\n`).join('')}  }
  chain postrouting {
    type nat hook postrouting priority srcnat
${hairpins(called)}  }
}
`;
}

function redirection(asked: ServicePort): string {
  const { service, isSticky, endpoints } = asked;
  return `${matchOf(asked)} dnat to ${chosen(endpoints, isSticky)} comment "${service}"`;
}

function refusal(asked: ServicePort): string {
  const how = asked.protocol === 'tcp' ? 'reject with tcp reset' : 'reject';
  return `${matchOf(asked)} ${how} comment "${asked.service}"`;
}

function matchOf({ clusterIp, protocol, port }: ServicePort): string {
  return `ip daddr ${clusterIp} ${protocol} dport ${port}`;
}

function chosen(endpoints: readonly ServiceEndpoint[], isSticky: boolean): string {
  const [first] = endpoints;
  if (first !== undefined && endpoints.length === 1) return `${first.address}:${first.port}`;
  const choice = isSticky ? 'jhash ip saddr' : 'numgen random';
  const all = endpoints.map(({ address, port }, index) => `${index} : ${address} . ${port}`);
  return `${choice} mod ${endpoints.length} map { ${all.join(', ')} }`;
}

/** A pod that was sent to itself would take no answer from its own address. */
function hairpins(ports: readonly ServicePort[]): string {
  const addresses = [...new Set(ports.flatMap(({ endpoints }) => endpoints.map(({ address }) => address)))];
  if (addresses.length === 0) return '';
  const pairs = addresses.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)).map((each) => `${each} . ${each}`);
  return `    ct status dnat ip saddr . ip daddr { ${pairs.join(', ')} } masquerade\n`;
}
