import type { KubeObject, ObjectRef } from '../kinds/object.ts';

/** Everything we write to Kubernetes, as a difference against the snapshot. Only `publish` carries it out. */
export type Write =
  | {
      readonly write: 'status';
      readonly object: KubeObject;
      /** The whole new status; publish stamps `lastTransitionTime` and sends what differs. */
      readonly status: Readonly<Record<string, unknown>>;
    }
  | {
      readonly write: 'finalizers';
      readonly object: KubeObject;
      readonly finalizers: readonly string[];
    }
  | {
      readonly write: 'annotations';
      readonly object: KubeObject;
      /** Only the ones to change; null removes. */
      readonly annotations: Readonly<Record<string, string | null>>;
    }
  | {
      readonly write: 'event';
      readonly about: ObjectRef;
      readonly uid: string;
      readonly type: 'Normal' | 'Warning';
      readonly reason: string;
      readonly message: string;
    };
