import { objectIn, textIn } from './json.ts';
import { calledAddresses, nameOf, slicesByService } from './service-ports.ts';
import type { ApiObject } from './write.ts';

/** Names of Services and their addresses as pods of one namespace know them, as lines of a hosts file. */
export function serviceNames(
  namespace: string,
  services: readonly ApiObject[],
  slices: readonly ApiObject[],
): string {
  const slicesOf = slicesByService(slices, ['IPv4', 'IPv6']);
  return services
    .flatMap((service) => {
      const { clusterIP, type } = objectIn(service['spec']);
      if (type === 'ExternalName') return [];
      const { namespace: own = '', name } = service.metadata;
      const names = [`${name}.${own}.svc.cluster.local`, `${name}.${own}.svc`, `${name}.${own}`];
      if (own === namespace) names.push(name);
      const ip = textIn(clusterIP) ?? '';
      const addresses =
        ip === 'None'
          ? (slicesOf.get(nameOf(service)) ?? []).flatMap((slice) => calledAddresses(slice, 'ready'))
          : [ip];
      return addresses
        .filter((address) => address !== '')
        .map((address) => `${address} ${names.join(' ')}\n`);
    })
    .toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    .join('');
}
