import { objectIn, textsIn } from './json.ts';
import { podKind } from './kinds.ts';
import { generatedName } from './names.ts';
import type { Chance } from './names.ts';
import { controlledBy, defined } from './write.ts';
import type { ApiObject, Write } from './write.ts';

/** The writes that make a pod of the template of its owner, and tell of it. */
export function podOf(owner: ApiObject, chance: Chance): readonly Write[] {
  const template = objectIn(objectIn(owner['spec'])['template']);
  const metadata = objectIn(template['metadata']);
  const generateName = `${owner.metadata.name}-`;
  const name = generatedName(generateName, chance);
  const pod: ApiObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      ...defined({
        generateName,
        namespace: owner.metadata.namespace,
        annotations: metadata['annotations'],
      }),
      labels: textsIn(metadata['labels']),
      ownerReferences: [controlledBy(owner)],
    },
    spec: template['spec'],
  };
  return [
    { op: 'create', kind: podKind, object: pod },
    {
      op: 'event',
      object: owner,
      event: { type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${name}` },
    },
  ];
}
