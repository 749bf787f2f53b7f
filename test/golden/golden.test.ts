import { goldenSuite } from '../golden.ts';

goldenSuite({
  name: 'the golden runner',
  dir: new URL('testdata/runner', import.meta.url),
  run: ({ settings, documents }) => ({
    settings,
    documents,
    map: new Map([['key', new Set(['b', 'a'])]]),
    absent: undefined,
  }),
});
