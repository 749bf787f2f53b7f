/** From a region's state to what Envoy is told. A case says in few words what there is, and which kinds to `show`. */
import assert from 'node:assert/strict';
import { Encoder } from '../../src/envoy/ads/encoding.ts';
import { fitted } from '../../src/envoy/ads/fitness.ts';
import { resourceKinds } from '../../src/envoy/resources/snapshot.ts';
import { translate } from '../../src/local/dataplane/xds/translate.ts';
import { goldenSuite } from '../golden.ts';
import { readRegion, readView } from './stand-ins/compact-region.ts';
import { YamlValue } from './stand-ins/yaml-value.ts';

goldenSuite({
  name: 'state to Envoy',
  dir: new URL('../../src/local/dataplane/xds/testdata', import.meta.url),
  run: ({ settings }) => {
    const root = new YamlValue(settings, 'case');
    const [state, view] = [readRegion(root), readView(root)];
    const { snapshot, memory } = translate(state, view);
    assert.deepEqual(fitted(new Encoder(), snapshot).unfit, []);
    const again = translate(state, view, memory).snapshot;
    for (const kind of resourceKinds) {
      assert.deepEqual(again[kind], snapshot[kind]);
      for (const [name, resource] of snapshot[kind]) assert.equal(again[kind].get(name), resource);
    }
    const wanted = root
      .at('show')
      .list()
      .map((kind) => kind.text());
    const shown = resourceKinds.filter((kind) => wanted.length === 0 || wanted.includes(kind));
    return Object.fromEntries(shown.map((kind) => [kind, snapshot[kind]]));
  },
});
