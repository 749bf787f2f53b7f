/**
 * From manifests to the model, the findings, and what is written to the cluster. The suite plays what stands around the
 * pure stages: an API server that has given out uids and generations, and a Lattice of which `lattice`, `answers` and
 * `failures` in a case's settings say what is known.
 */
import assert from 'node:assert/strict';
import { checkModel } from '../../src/lattice/translate/check-model.ts';
import { translate } from '../../src/lattice/translate/translate.ts';
import { resolve } from '../../src/routing/resolve.ts';
import { takeSnapshot } from '../../src/snapshot/snapshot.ts';
import { conclude } from '../../src/status/conclude.ts';
import { goldenSuite } from '../golden.ts';
import { showFindings, showModel, showWrites } from './show.ts';
import { apiServer, applyWrites } from './stand-ins/api-server.ts';
import { readCase } from './stand-ins/case.ts';
import { latticeAfter, latticeBefore } from './stand-ins/lattice.ts';
import { wronglyTakenOver } from './stand-ins/one-less.ts';

goldenSuite({
  name: 'manifests to model, findings and statuses',
  dir: new URL('../../src/lattice/translate/testdata', import.meta.url),
  run: (input) => {
    const { settings, cluster, lattice, show } = readCase(input);
    const objects = apiServer(cluster);
    const routing = resolve(takeSnapshot(objects.stores));
    const known = latticeBefore(lattice);
    const desired = translate(routing, known, settings);
    assert.deepEqual(checkModel(desired.model), []);
    const after = latticeAfter(lattice, known, desired.model);
    const { writes } = conclude({ snapshot: takeSnapshot(objects.stores), routing, desired, ...after });
    assert.deepEqual(wronglyTakenOver({ cluster: objects, known, settings, lattice }), []);

    const settled = takeSnapshot(applyWrites(objects, writes).stores);
    const again = resolve(settled);
    const desiredAgain = translate(again, after.known, settings);
    const { writes: writesAgain } = conclude({
      snapshot: settled,
      routing: again,
      desired: desiredAgain,
      ...latticeAfter(lattice, after.known, desiredAgain.model),
    });
    const isNoting = desired.findings.some(({ code }) => code === 'awaitingAnnotation');
    if (!isNoting && !writes.some(({ write }) => write === 'finalizers')) {
      assert.deepEqual(
        showWrites(writesAgain, ['Gateway', 'GatewayClass']),
        {},
        'a second pass has nothing to write',
      );
    }
    return {
      model: showModel(desired.model, show),
      findings: showFindings([...routing.findings, ...desired.findings]),
      writes: showWrites(writes, show),
    };
  },
});
