import { invalid } from '../contract/refusal.ts';
import type { Refused } from '../contract/refusal.ts';
import type { CreateResourceConfigurationRequest as Request } from '../contract/types.gen.ts';
import { readAddress, readDatabase, readRanges } from './resource-definition.ts';
import type { ResourceConfiguration, ResourceGateway, ResourceSetup } from './vpc-resources.ts';

/** What was named by a request and is there. */
export interface Surroundings {
  readonly gateway: ResourceGateway;
  /** Of a child. */
  readonly group: ResourceConfiguration | undefined;
}

/** The part of a configuration that depends on its type; members of another type are refused. */
export function readSetup(
  request: Request,
  { gateway, group }: Surroundings,
): { readonly setup: ResourceSetup } | Refused {
  const misplaced = misplacedMember(request);
  if (misplaced !== undefined) return invalid(`${misplaced} does not go with type ${request.type}.`);
  const { resourceConfigurationDefinition: given, portRanges } = request;
  const wrong = problemWithPorts(portRanges ?? []);
  if (wrong !== undefined) return invalid(wrong);
  switch (request.type) {
    case 'SINGLE': {
      const address = readAddress(given, gateway);
      if ('refused' in address) return address;
      return { setup: { type: 'SINGLE', ...address, portRanges: portRanges ?? allPorts } };
    }
    case 'CHILD': {
      if (group === undefined) return invalid('resourceConfigurationGroupIdentifier is required.');
      const address = readAddress(given, gateway);
      if ('refused' in address) return address;
      const setup = { type: 'CHILD', groupId: group.id, ...address } as const;
      return { setup: { ...setup, portRanges: portRanges ?? allPorts } };
    }
    case 'GROUP': {
      const { groupDomain } = request;
      return {
        setup: {
          type: 'GROUP',
          ...(groupDomain === undefined ? {} : { groupDomain }),
          ...(portRanges === undefined ? {} : { portRanges }),
        },
      };
    }
    case 'ARN': {
      const database = readDatabase(given, gateway);
      return 'refused' in database ? database : { setup: { type: 'ARN', ...database } };
    }
    case 'CIDR': {
      const ranges = readRanges(given, gateway);
      if ('refused' in ranges) return ranges;
      return { setup: { type: 'CIDR', ...ranges, portRanges: portRanges ?? allPorts } };
    }
  }
}

/** The AWS CLI's sample of a create without ports is answered with these. */
const allPorts: readonly string[] = ['1-65535'];

/** Members that only some types have. */
const membersOf = {
  SINGLE: ['portRanges', 'protocol', 'resourceGatewayIdentifier', 'customDomainName'],
  GROUP: ['portRanges', 'protocol', 'resourceGatewayIdentifier', 'customDomainName', 'groupDomain'],
  CHILD: ['portRanges', 'resourceConfigurationGroupIdentifier', 'customDomainName'],
  ARN: ['resourceGatewayIdentifier'],
  CIDR: ['portRanges', 'protocol', 'resourceGatewayIdentifier'],
} as const satisfies Record<Request['type'], readonly (keyof Request)[]>;

const particular = [
  'portRanges',
  'protocol',
  'resourceGatewayIdentifier',
  'resourceConfigurationGroupIdentifier',
  'customDomainName',
  'groupDomain',
] as const satisfies readonly (keyof Request)[];

function misplacedMember(request: Request): string | undefined {
  const allowed: readonly string[] = membersOf[request.type];
  const member = particular.find((each) => request[each] !== undefined && !allowed.includes(each));
  if (member !== undefined) return member;
  if (request.type === 'GROUP' && request.resourceConfigurationDefinition !== undefined) {
    return 'resourceConfigurationDefinition';
  }
  const isVerifiable = request.type === 'SINGLE' || request.type === 'GROUP';
  return request.domainVerificationIdentifier !== undefined && !isVerifiable
    ? 'domainVerificationIdentifier'
    : undefined;
}

/** Why ports are refused: each is one port or a range upward, from 1 to 65535. */
export function problemWithPorts(portRanges: readonly string[]): string | undefined {
  for (const range of portRanges) {
    const [from, to = from] = range.split('-').map(Number);
    const fits = from !== undefined && to !== undefined && from >= 1 && to <= 65_535 && from <= to;
    if (!fits) return `Port range ${range} is refused: it is not within 1 to 65535, from low to high.`;
  }
  return undefined;
}
