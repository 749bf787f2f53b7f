import { quotaOf, quotas } from '../../state/quotas.ts';
import type { Quota } from '../../state/quotas.ts';
import { textIn } from '../input.ts';
import { jsonNeighbour } from '../json-protocol.ts';
import { declined } from '../neighbour.ts';
import type { Asked, Input, Neighbour, Operation } from '../neighbour.ts';

const serviceCode = 'vpc-lattice';

/** All of them fit into a page. */
const listServiceQuotas: Operation = (input, asked) =>
  isOfLattice(input)
    ? { Quotas: Object.values(quotas).map((quota) => described(quota, asked)) }
    : noSuch(`service ${textIn(input, 'ServiceCode') ?? ''}`);

const getServiceQuota: Operation = (input, asked) => {
  const code = textIn(input, 'QuotaCode') ?? '';
  const quota = Object.values(quotas).find((one) => one.code === code);
  return isOfLattice(input) && quota !== undefined
    ? { Quota: described(quota, asked) }
    : noSuch(`quota ${code}`);
};

function isOfLattice(input: Input): boolean {
  return textIn(input, 'ServiceCode') === serviceCode;
}

function described({ code, name, default: standard }: Quota, { region, account }: Asked): object {
  const state = region.state();
  return {
    ServiceCode: serviceCode,
    ServiceName: 'Amazon VPC Lattice',
    QuotaArn: `arn:${state.partition}:servicequotas:${state.region}:${account}:${serviceCode}/${code}`,
    QuotaCode: code,
    QuotaName: name,
    Value: quotaOf(state, account, { code, default: standard }),
    Unit: 'None',
    Adjustable: true,
    GlobalQuota: false,
  };
}

function noSuch(what: string) {
  return declined('NoSuchResourceException', `There is no ${what}.`);
}

/** Service Quotas, as far as VPC Lattice's own: what operators raised through the admin API is what is told here. */
export const serviceQuotas: Neighbour = jsonNeighbour('ServiceQuotasV20190624', {
  ListServiceQuotas: listServiceQuotas,
  GetServiceQuota: getServiceQuota,
});
