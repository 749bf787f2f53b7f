/** Commands drawn at random for states of every kind that traffic depends on. */
import * as fc from 'fast-check';
import type { Command } from '../../src/local/state/command.ts';
import type { RegionState } from '../../src/local/state/state.ts';
import { importCommand } from './any-certificate.ts';
import { about, as, pick, resourceCommand } from './any-resource.ts';

/** One command to be: what it is, and numbers by which it picks what it is about. */
export interface Draw {
  readonly op: Drawn;
  readonly picks: readonly number[];
  readonly texts: readonly string[];
  readonly path: string;
}

export const draw: fc.Arbitrary<Draw> = fc.record({
  op: fc.constantFrom(...drawn()),
  picks: fc.array(fc.nat(65_535), { minLength: 8, maxLength: 8 }),
  texts: fc.array(text(), { minLength: 3, maxLength: 3 }),
  path: fc.stringMatching(/^\/[a-zA-Z0-9@:%_+.~#?&/=-]{0,30}$/),
});

/** What the API lets through as the name of a header or a host, or as what a header is compared with. */
function text(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom(
      'x-kind',
      'cart.example.com',
      'Cart.Example.com',
      '*.example.com',
      'a*b.example.com',
      'evil.example.com\n127.0.0.1 good.example.com',
      'a'.repeat(100),
      ':path',
      'host',
      '*',
    ),
    fc.stringMatching(/^[a-z0-9-]{1,20}(?:\.[a-z0-9-]{1,10}){0,3}$/),
    fc.string({ unit: 'binary', minLength: 3, maxLength: 40 }),
    fc.string({ unit: 'grapheme', minLength: 3, maxLength: 100 }),
  );
}

type Drawn = ReturnType<typeof drawn>[number];

const seldom: ReadonlySet<Drawn> = new Set([
  'leave',
  'leaveVpc',
  'unlisten',
  'unrule',
  'unshare',
  'removeService',
  'removeResource',
]);

function drawn() {
  return [
    'network',
    'vpc',
    'leaveVpc',
    'service',
    'service',
    'auth',
    'join',
    'leave',
    'listener',
    'listener',
    'relisten',
    'unlisten',
    'rule',
    'rule',
    'rule',
    'unrule',
    'group',
    'group',
    'register',
    'register',
    'deregister',
    'health',
    'idle',
    'certificate',
    'import',
    'log',
    'unlog',
    'gateway',
    'resource',
    'resource',
    'share',
    'unshare',
    'endpoint',
    'removeService',
    'removeResource',
  ] as const;
}

const vpcIdentifier = 'vpc-0123456789abcdef0';
const certificateArn = 'arn:aws:acm:us-west-2:123456789012:certificate/12345678-1234-1234-1234-123456789012';
const most = 6;

/** Undefined when there is nothing that it could be about, or enough of it. */
export function commandFor({ op, picks, texts, path }: Draw, state: RegionState): Command | undefined {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = picks;
  const [some = '', other = '', third = ''] = texts;
  const name = `n-${a}`;
  const network = pick(state.serviceNetworks.values(), a);
  const service = pick(state.services.values(), b);
  const listener = pick(service?.listeners.values() ?? [], c);
  const group = pick(state.targetGroups.values(), d);
  const free = [...state.targetGroups.values()].filter(
    ({ usedBy }) => usedBy.length === 0 || usedBy[0] === service?.id,
  );
  const weighted = (from: typeof free) => {
    const chosen = [...new Set([pick(from, e), pick(from, f), pick(from, g)])].filter(
      (each) => each !== undefined,
    );
    const targetGroups = chosen.map(({ id }, n) => ({
      targetGroupIdentifier: id,
      weight: [e, f, g][n] === 0 ? 0 : ([e, f, g][n] ?? 0) % 1000,
    }));
    return targetGroups.length === 0 || h % 5 === 0
      ? { fixedResponse: { statusCode: h % 2 === 0 ? 404 : 500 } }
      : { forward: { targetGroups } };
  };
  const protocol = (['HTTP', 'HTTP', 'HTTPS', 'TLS_PASSTHROUGH'] as const)[e % 4] ?? 'HTTP';
  const fitting = free.filter(
    ({ config }) =>
      (config.type !== 'LAMBDA' && config.protocol === 'TCP') === (protocol === 'TLS_PASSTHROUGH'),
  );
  const onListener = free.filter(
    ({ config }) =>
      (config.type !== 'LAMBDA' && config.protocol === 'TCP') === (listener?.protocol === 'TLS_PASSTHROUGH'),
  );
  // What goes, goes seldom: otherwise there is never much of anything.
  if (seldom.has(op) && h % 4 > 0) return undefined;
  switch (op) {
    case 'network':
      return state.serviceNetworks.size >= 3
        ? undefined
        : as('CreateServiceNetwork', { name, authType: b % 2 === 0 ? 'NONE' : 'AWS_IAM' });
    case 'vpc':
      return (
        network &&
        as('CreateServiceNetworkVpcAssociation', {
          serviceNetworkIdentifier: network.id,
          vpcIdentifier: `vpc-${b % 3}`.padEnd(12, '0'),
          privateDnsEnabled: c % 2 === 0,
          ...(c % 2 === 0 ? { dnsOptions: { privateDnsPreference: 'ALL_DOMAINS' as const } } : {}),
        })
      );
    case 'leaveVpc':
      return about(state.vpcAssociations.keys(), a, (id) =>
        as('DeleteServiceNetworkVpcAssociation', { serviceNetworkVpcAssociationIdentifier: id }),
      );
    case 'service':
      return state.services.size >= most
        ? undefined
        : as('CreateService', {
            name,
            ...(b % 3 === 0 ? {} : { customDomainName: some }),
            ...(c % 2 === 0 ? {} : { certificateArn }),
          });
    case 'auth':
      return (
        service &&
        as('UpdateService', { serviceIdentifier: service.id, authType: c % 2 === 0 ? 'NONE' : 'AWS_IAM' })
      );
    case 'idle':
      return (
        service && as('UpdateService', { serviceIdentifier: service.id, idleTimeoutSeconds: 60 + (c % 541) })
      );
    case 'certificate':
      return (
        service &&
        as('UpdateService', {
          serviceIdentifier: service.id,
          certificateArn: pick(state.certificates.values(), c)?.arn ?? certificateArn,
        })
      );
    case 'import':
      return importCommand(picks, state);
    case 'join':
      return (
        service &&
        network &&
        as('CreateServiceNetworkServiceAssociation', {
          serviceNetworkIdentifier: network.id,
          serviceIdentifier: service.id,
        })
      );
    case 'leave':
      return about(state.serviceAssociations.keys(), a, (id) =>
        as('DeleteServiceNetworkServiceAssociation', { serviceNetworkServiceAssociationIdentifier: id }),
      );
    case 'removeService':
      return service && as('DeleteService', { serviceIdentifier: service.id });
    case 'listener':
      return (
        service &&
        as('CreateListener', {
          serviceIdentifier: service.id,
          name,
          protocol,
          port: [80, 443, 8080, 2000 + (g % 20_000)][f % 4] ?? 80,
          defaultAction: weighted(fitting),
        })
      );
    case 'relisten':
      return (
        service &&
        listener &&
        as('UpdateListener', {
          serviceIdentifier: service.id,
          listenerIdentifier: listener.id,
          defaultAction: weighted(onListener),
        })
      );
    case 'unlisten':
      return (
        service &&
        listener &&
        as('DeleteListener', { serviceIdentifier: service.id, listenerIdentifier: listener.id })
      );
    case 'rule': {
      if (service === undefined || listener === undefined) return undefined;
      const headerMatches = [some, other].slice(0, a % 3).map((header, n) => ({
        name: header,
        match: [{ exact: third }, { prefix: third }, { contains: third }][(b + n) % 3] ?? { exact: third },
        caseSensitive: c % 2 === 0,
      }));
      const httpMatch = {
        ...(b % 3 === 0 ? { method: ['GET', 'PURGE', third.slice(0, 16), ''][c % 4] ?? 'GET' } : {}),
        ...(g % 4 === 0 && (headerMatches.length > 0 || b % 3 === 0)
          ? {}
          : {
              pathMatch: {
                match: g % 2 === 0 ? { exact: path } : { prefix: path },
                caseSensitive: d % 2 === 0,
              },
            }),
        ...(headerMatches.length === 0 ? {} : { headerMatches }),
      };
      return as('CreateRule', {
        serviceIdentifier: service.id,
        listenerIdentifier: listener.id,
        name,
        priority: 1 + (f % 100),
        match: { httpMatch },
        action: weighted(onListener),
      });
    }
    case 'unrule': {
      const rule = pick(listener?.rules.keys() ?? [], d);
      return service && listener && rule === undefined
        ? undefined
        : as('DeleteRule', {
            serviceIdentifier: service?.id ?? '',
            listenerIdentifier: listener?.id ?? '',
            ruleIdentifier: rule ?? '',
          });
    }
    case 'group': {
      if (state.targetGroups.size >= 2 * most) return undefined;
      if (b % 6 === 0) return as('CreateTargetGroup', { name, type: 'LAMBDA' });
      const type = (['IP', 'IP', 'INSTANCE', 'ALB'] as const)[c % 4] ?? 'IP';
      const spoken = (['HTTP', 'HTTPS', 'TCP'] as const)[d % 3] ?? 'HTTP';
      const version = (['HTTP1', 'HTTP2', 'GRPC'] as const)[e % 3] ?? 'HTTP1';
      const off = type === 'ALB' ? {} : { healthCheck: { enabled: false } };
      const versioned = spoken === 'TCP' || type === 'ALB' ? {} : { protocolVersion: version };
      const family =
        type === 'IP' ? { ipAddressType: f % 3 === 0 ? ('IPV6' as const) : ('IPV4' as const) } : {};
      return as('CreateTargetGroup', {
        name,
        type,
        config: { protocol: spoken, port: 1 + (g % 65_535), vpcIdentifier, ...versioned, ...family, ...off },
      });
    }
    case 'register':
    case 'deregister': {
      if (group === undefined) return undefined;
      const { config } = group;
      const ids = {
        IP:
          config.type === 'IP' && config.ipAddressType === 'IPV6'
            ? `::${(e % 5) + 2}`
            : `127.172.40.${(e % 5) + 1}`,
        INSTANCE: `i-${String(e % 3).padStart(17, '0')}`,
        ALB: `arn:aws:elasticloadbalancing:us-west-2:123456789012:loadbalancer/app/a/${e % 2}`,
        LAMBDA: `arn:aws:lambda:us-west-2:123456789012:function:f${e % 2}`,
      };
      const port = config.type === 'LAMBDA' || f % 2 === 0 ? {} : { port: 1 + (g % 65_535) };
      const targets = [{ id: ids[config.type], ...port }];
      return as(op === 'register' ? 'RegisterTargets' : 'DeregisterTargets', {
        targetGroupIdentifier: group.id,
        targets,
      });
    }
    case 'health': {
      const target = pick(group?.targets.values() ?? [], e);
      if (group === undefined || target === undefined) return undefined;
      const { id, port } = target;
      const verdict = {
        id,
        ...(port === undefined ? {} : { port }),
        status: f % 2 === 0 ? ('HEALTHY' as const) : ('UNHEALTHY' as const),
      };
      return as('ObserveTargetHealth', { targetGroupId: group.id, verdicts: [verdict] });
    }
    case 'log':
    case 'unlog':
    case 'gateway':
    case 'resource':
    case 'removeResource':
    case 'share':
    case 'unshare':
    case 'endpoint':
      return resourceCommand(op, { picks, name: some, network, service }, state);
  }
}
