import assert from 'node:assert/strict';
import { fromJsonString } from '@bufbuild/protobuf';
import {
  HTTPAccessLogEntrySchema,
  TCPAccessLogEntrySchema,
} from '../../src/envoy/proto/envoy/data/accesslog/v3/accesslog.gen.ts';
import { placeOf, rulesById, subscriptionsTo } from '../../src/local/dataplane/access-logs/record/place.ts';
import {
  connectionRecord,
  requestRecord,
} from '../../src/local/dataplane/access-logs/record/service-record.ts';
import { originOf } from '../../src/local/dataplane/xds/access-log.ts';
import { goldenSuite } from '../golden.ts';
import { readRegion } from './stand-ins/compact-region.ts';
import { YamlValue } from './stand-ins/yaml-value.ts';

/** A case is a region, the name of a log, and what Envoy says in it of one `request` or `connection`. */
goldenSuite({
  name: 'what Envoy says of a call to what the log says',
  dir: new URL('../../src/local/dataplane/access-logs/record/testdata', import.meta.url),
  run: ({ settings }) => {
    const root = new YamlValue(settings, 'case');
    const state = readRegion(root);
    const origin = originOf(root.at('logName').text());
    assert.ok(origin !== undefined);
    const { request, connection } = settings;
    const entry = fromJsonString(HTTPAccessLogEntrySchema, JSON.stringify(request ?? {}));
    const rule = entry.commonProperties?.routeName ?? '';
    const place = placeOf(origin, rule, { state, rules: rulesById(state.services) });
    assert.ok(place !== undefined);
    const record =
      connection === undefined
        ? requestRecord(entry, place, state)
        : connectionRecord(
            fromJsonString(TCPAccessLogEntrySchema, JSON.stringify(connection)),
            { place, host: origin.host ?? '' },
            state,
          );
    const said = Object.entries(record).filter(([, value]) => value !== '-' && value !== 'null');
    const logs = subscriptionsTo(state, place).map(({ resourceId }) => resourceId);
    return { record: Object.fromEntries(said), logs };
  },
});
