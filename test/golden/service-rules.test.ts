/** From Services and their endpoints to what nft is told, and to the names that pods of the namespace `default` know. */
import { isRecord } from '../../src/kinds/record.ts';
import { endpointSliceKind, serviceKind } from '../../src/cluster/workloads/kinds.ts';
import { serviceNames } from '../../src/cluster/workloads/service-names.ts';
import { servicePorts } from '../../src/cluster/workloads/service-ports.ts';
import { serviceRules } from '../../src/cluster/workloads/service-rules.ts';
import { parseObject } from '../../src/kube/object.ts';
import { goldenSuite } from '../golden.ts';

goldenSuite({
  name: 'Services to nft',
  dir: new URL('../../src/cluster/workloads/testdata', import.meta.url),
  run: ({ documents }) => {
    const of = ({ kind }: typeof serviceKind) =>
      documents.flatMap((each) => {
        const object = isRecord(each) && each['kind'] === kind ? parseObject(each, serviceKind) : undefined;
        return object === undefined ? [] : [object];
      });
    const [services, slices] = [of(serviceKind), of(endpointSliceKind)];
    return {
      names: serviceNames('default', services, slices),
      rules: serviceRules(servicePorts(services, slices)),
    };
  },
});
