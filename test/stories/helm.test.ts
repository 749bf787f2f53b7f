import { checkHelm } from './helm.ts';
import { embeddedStoryCluster } from './story-cluster.ts';

checkHelm('in an embedded cluster', embeddedStoryCluster);
