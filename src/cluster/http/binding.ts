import type { WireRequest, WireResponse } from '../../ports/wire.ts';
import { listAt, objectAt, textAt, withAt } from '../schema/json.ts';
import { find } from '../storage/state.ts';
import { readObjectBody } from './body.ts';
import { keyOf, timestamp } from './context.ts';
import type { Context, ResourceCall } from './context.ts';
import { writeOptions } from './options.ts';
import { json } from './reply.ts';
import { badRequest, conflict, methodNotAllowed, notFound } from './status.ts';
import { managedAs, updateObject } from './write.ts';

/** POST of a pod's `binding`: the pod is on that node from now on, once. */
export async function bindPod(
  context: Context,
  call: ResourceCall,
  request: WireRequest,
): Promise<WireResponse> {
  if (request.method !== 'POST') throw methodNotAllowed();
  const { kind, target } = call;
  const binding = await readObjectBody(request, 'Binding');
  const node = textAt(binding, 'target', 'name');
  if (node === '') throw badRequest('Binding.target.name is required');
  const pod = find(context.store.state, keyOf(kind, target.namespace, target.name));
  if (pod === undefined) throw notFound(kind, target.name);
  const uid = textAt(binding, 'metadata', 'uid');
  const taken = textAt(pod, 'spec', 'nodeName');
  if (textAt(pod, 'metadata', 'deletionTimestamp') !== '') {
    throw conflict(kind, target.name, `pod ${target.name} is being deleted, cannot be assigned to a host`);
  }
  if (taken !== '') {
    throw conflict(
      kind,
      target.name,
      `pod ${target.name} is already assigned to node ${JSON.stringify(taken)}`,
    );
  }
  const conditions = listAt(pod, 'status', 'conditions').filter(
    (one) => textAt(one, 'type') !== 'PodScheduled',
  );
  const scheduled = { type: 'PodScheduled', status: 'True', lastTransitionTime: timestamp(context.clock) };
  const bound = withAt(withAt(pod, ['spec', 'nodeName'], node), ['status'], {
    ...objectAt(pod, 'status'),
    conditions: [...conditions, scheduled],
  });
  const options = writeOptions(call.query, 'CreateOptions');
  updateObject(context, call, {
    object: bound,
    part: 'everything',
    options,
    expectUid: uid,
    allowed: withAt(pod, ['spec', 'nodeName'], node),
    manage: managedAs(context, call, options),
  });
  return json(201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 });
}
