import { join } from 'node:path';
import { startRealWorld } from '../../tools/kube/story-world.ts';
import { root } from '../stories/hotel.ts';
import { toldReadme } from '../stories/told-readme.ts';

const standIns = ['--stand-ins', join(root, 'examples/beyond-pods/stand-ins.yaml')];

toldReadme(
  'a function, a virtual machine and a pod behind one service, on a real API server',
  'beyond-pods',
  async () => startRealWorld(['hotel'], 'my-hotel', process.env, standIns),
);
