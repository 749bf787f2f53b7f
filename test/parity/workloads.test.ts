import { checkWorkloads } from '../stories/workloads.ts';
import { startRealCluster } from './real-cluster.ts';

checkWorkloads('in a real cluster', async () => startRealCluster('workloads', '10.67.0.1'));
