import { checkHelm } from '../stories/helm.ts';
import { startRealCluster } from './real-cluster.ts';

checkHelm('in a real cluster', async () => startRealCluster('helm', '10.67.0.1'));
