import type { ConfigSourceJson } from '../proto/envoy/config/core/v3/config_source.gen.ts';

/**
 * From the one aggregated stream. Envoy waits for its first answer however long that takes: it never serves with less
 * than its configuration.
 */
export const fromAds: ConfigSourceJson = { ads: {}, resourceApiVersion: 'V3', initialFetchTimeout: '0s' };
