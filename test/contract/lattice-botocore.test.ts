import { suite } from 'node:test';
import { botocoreClient, hasBotocore } from './botocore-client.ts';
import { testThrough } from './through-program.ts';

const skip = (await hasBotocore()) ? false : 'python3 has no botocore, and there is no aws command';

suite('botocore works against the VPC Lattice API', { skip }, () => {
  testThrough('botocore', botocoreClient);
});
