/**
 * The job that both configurations do, from the users' guide: the route `rates`, which sends `/parking` and `/review` to
 * two Services, and the route `inventory`, which divides 10 to 90 between two more.
 */
export const job = {
  vpcId: 'vpc-0be2c00000000000a',
  rates: 'rates.bench.test',
  inventory: 'inventory.bench.test',
  /** Where the targets of each group listen; all on one port. */
  targets: {
    parking: '127.172.9.1',
    review: '127.172.9.2',
    'inventory-ver1': '127.172.9.3',
    'inventory-ver2': '127.172.9.4',
  },
} as const;

/** What clients ask for while it is measured. */
export const requests = [
  { host: job.rates, path: '/parking' },
  { host: job.inventory, path: '/' },
] as const;
