import { resolve } from 'node:path';
import { suite } from 'node:test';
import { goClientIn } from '../../tools/kube/go-client.ts';
import { goClient } from '../contract/go-client.ts';
import { testThrough } from '../contract/through-program.ts';

const { program } = goClientIn(resolve(import.meta.dirname, '../..'));

suite('the AWS SDK for Go works against the VPC Lattice API', () => {
  testThrough('go', goClient(program));
});
