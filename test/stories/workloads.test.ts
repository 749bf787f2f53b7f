import { embeddedStoryCluster } from './story-cluster.ts';
import { checkWorkloads } from './workloads.ts';

checkWorkloads('in an embedded cluster', embeddedStoryCluster);
