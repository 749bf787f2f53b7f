import { invalid } from '../contract/refusal.ts';
import type { Refused } from '../contract/refusal.ts';
import type { ResourceConfigurationDefinition } from '../contract/types.gen.ts';
import { ipv4Bytes, isIpv6 } from './ip-address.ts';
import type { AddressDefinition, ResourceGateway } from './vpc-resources.ts';

/** What is behind a configuration of type SINGLE or CHILD, if its gateway can reach such a thing. */
export function readAddress(
  given: ResourceConfigurationDefinition | undefined,
  gateway: ResourceGateway,
): { readonly definition: AddressDefinition } | Refused {
  if (given === undefined || !('dnsResource' in given || 'ipResource' in given)) {
    return invalid('resourceConfigurationDefinition is required: a dnsResource or an ipResource.');
  }
  if ('dnsResource' in given) {
    const { domainName, ipAddressType = 'IPV4' } = given.dnsResource;
    if (domainName === undefined) return invalid('dnsResource needs a domainName.');
    if (ipAddressType === 'DUALSTACK') return invalid('A dnsResource is of ipAddressType IPV4 or IPV6.');
    return reached(gateway, ipAddressType, { kind: 'dns', domainName, ipAddressType });
  }
  const { ipAddress = '' } = given.ipResource;
  if (isIpv6(ipAddress)) return reached(gateway, 'IPV6', { kind: 'ip', ipAddress });
  const bytes = ipv4Bytes(ipAddress);
  if (bytes === undefined) return invalid(`${ipAddress} is no IP address.`);
  return isPrivate(bytes)
    ? reached(gateway, 'IPV4', { kind: 'ip', ipAddress })
    : invalid(`${ipAddress} is not in 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12 or 192.168.0.0/16.`);
}

function reached(
  { id, ipAddressType }: ResourceGateway,
  family: 'IPV4' | 'IPV6',
  definition: AddressDefinition,
): { readonly definition: AddressDefinition } | Refused {
  return ipAddressType === 'DUALSTACK' || ipAddressType === family
    ? { definition }
    : invalid(`Resource gateway ${id} of type ${ipAddressType} cannot reach an ${family} resource.`);
}

/** Loopback addresses are among them: local pods have those. */
function isPrivate([first = 0, second = 0]: readonly number[]): boolean {
  return (
    first === 10 ||
    first === 127 ||
    (first === 100 && second >= 64 && second < 128) ||
    (first === 172 && second >= 16 && second < 32) ||
    (first === 192 && second === 168)
  );
}

/** The database behind a configuration of type ARN. */
export function readDatabase(
  given: ResourceConfigurationDefinition | undefined,
  { id, dnsResolution, ipAddressType }: ResourceGateway,
): { readonly arn: string } | Refused {
  const arn = given !== undefined && 'arnResource' in given ? given.arnResource.arn : undefined;
  if (arn === undefined) return invalid('resourceConfigurationDefinition is required: an arnResource.');
  if (!/^arn:[^:]+:rds:[^:]*:\d{12}:(?:db|cluster):.+$/.test(arn)) {
    return invalid(`${arn} is no ARN of an RDS database instance or cluster.`);
  }
  if (dnsResolution === 'IN_VPC' || ipAddressType === 'IPV6') {
    return invalid(`Resource gateway ${id} cannot reach a database: it resolves IN_VPC or has IPv6 only.`);
  }
  return { arn };
}

/** The ranges behind a configuration of type CIDR. */
export function readRanges(
  given: ResourceConfigurationDefinition | undefined,
  { id, dnsResolution }: ResourceGateway,
): { readonly cidrRanges: readonly string[] } | Refused {
  const cidrRanges =
    given !== undefined && 'cidrResource' in given ? given.cidrResource.cidrRanges : undefined;
  if (cidrRanges === undefined)
    return invalid('resourceConfigurationDefinition is required: a cidrResource.');
  if (dnsResolution !== 'IN_VPC') return invalid(`Resource gateway ${id} does not resolve names IN_VPC.`);
  for (const range of cidrRanges) {
    const wrong = problemWithRange(range, cidrRanges.length === 1);
    if (wrong !== undefined) return invalid(`CIDR range ${range} is refused: ${wrong}.`);
  }
  return { cidrRanges };
}

/** The range of everything may only stand alone. */
function problemWithRange(range: string, isAlone: boolean): string | undefined {
  const [address = '', length, rest] = range.split('/');
  if (length === undefined || rest !== undefined || !/^\d{1,3}$/.test(length)) {
    return 'it has no prefix length';
  }
  const bytes = ipv4Bytes(address);
  if (bytes === undefined && !isIpv6(address)) return 'it has no address';
  if (Number(length) > (bytes === undefined ? 128 : 32)) return 'its prefix is too long';
  if (Number(length) === 0) return isAlone ? undefined : 'it has to be the only one';
  const reserved = bytes === undefined ? /^(?:fe[89ab]|ff)/i.test(address) : isReserved(bytes);
  return reserved ? 'it is reserved' : undefined;
}

function isReserved([first = 0, second = 0]: readonly number[]): boolean {
  const carrier = first === 100 && second >= 64 && second < 128;
  return carrier || (first === 169 && second === 254) || (first >= 224 && first < 240);
}
