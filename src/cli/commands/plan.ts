import { previewPlan } from '../../controller/controller.ts';
import { printPlan } from '../../lattice/plan/print.ts';
import { within } from '../../ports/deadline.ts';
import type { Command } from '../command.ts';
import { reach } from '../reach.ts';

/** Long enough to read a large account at AWS's rates. */
const withinMs = 600_000;

export const plan: Command = {
  name: 'plan',
  summary: 'Print what the controller would create, change, replace and delete, and why. Changes nothing.',
  options: {
    context: { value: 'NAME', summary: 'the kubeconfig context of the cluster; without it the current one' },
  },
  examples: [
    'CLUSTER_NAME=dev CLUSTER_VPC_ID=vpc-0123456789abcdef0 AWS_ACCOUNT_ID=123456789012 REGION=us-west-2 trellis plan',
  ],
  run: async (values, world) => {
    const { clock, random, signal } = world;
    const { sides, close } = await reach(world, values.optional('context'));
    try {
      const steps = await within(clock, withinMs, signal, async (until) =>
        previewPlan({ ...sides, clock, random, log: world.log('plan'), signal: until }),
      );
      const kept = steps.filter(({ op }) => op === 'keep').length;
      const rest = steps.filter(({ op }) => op !== 'keep');
      if (rest.length > 0) world.say(printPlan(rest));
      world.say(`${rest.length === 0 ? 'Nothing to do: ' : ''}${kept} as they should be.`);
    } finally {
      await close();
    }
  },
};
