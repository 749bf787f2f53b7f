import { UserError } from './command.ts';
import type { Option, Values } from './command.ts';

/** A VPC that `trellis lattice` knows from its start. */
export interface GivenVpc {
  readonly id: string;
  /** What EC2 says of it; it says nothing when absent. */
  readonly known?: { readonly name: string; readonly cidrBlock: string; readonly cidrBlock6?: string };
}

export const vpcOptions = {
  vpcs: {
    value: 'VPCS',
    summary:
      'VPCs whose files of names are there from the start, as ID or, for EC2 to know them, too, as ID=NAME/RANGE or ID=NAME/RANGE+RANGE6, with commas between',
    default: '',
  },
} as const satisfies Readonly<Record<string, Option>>;

/** What the option says. */
export function vpcsIn(values: Values): readonly GivenVpc[] {
  const given = values.text('vpcs').split(',');
  return given.flatMap((text): readonly GivenVpc[] => {
    if (text === '') return [];
    const [id = '', known] = text.split('=');
    if (known === undefined) return [{ id }];
    const [, name, cidrBlock, cidrBlock6] =
      /^([^/]+)\/(\d+\.\d+\.\d+\.\d+\/\d+)(?:\+([0-9a-f:]+\/\d+))?$/.exec(known) ?? [];
    if (name === undefined || cidrBlock === undefined) {
      throw new UserError(
        `--vpcs wants ID or ID=NAME/RANGE such as vpc-0123=blue/10.64.0.0/16, not ${text}.`,
      );
    }
    return [{ id, known: { name, cidrBlock, ...(cidrBlock6 === undefined ? {} : { cidrBlock6 }) } }];
  });
}

/** The option for these. */
export function vpcsArgument(vpcs: readonly GivenVpc[]): string {
  return vpcs
    .map(({ id, known }) => {
      if (known === undefined) return id;
      const { name, cidrBlock, cidrBlock6 } = known;
      return `${id}=${name}/${cidrBlock}${cidrBlock6 === undefined ? '' : `+${cidrBlock6}`}`;
    })
    .join(',');
}
