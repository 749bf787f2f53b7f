import { gunzipSync, inflateRawSync } from 'node:zlib';

/**
 * The content of one file in a gzipped tar archive.
 * @param {Buffer} archive
 * @param {string} name
 * @returns {Buffer}
 */
export function fromTar(archive, name) {
  const tar = gunzipSync(archive);
  for (let at = 0; at + 512 <= tar.length;) {
    const path = text(tar, at, 100);
    const size = Number.parseInt(text(tar, at + 124, 12), 8) || 0;
    if (path === name) return tar.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new Error(`the archive has no ${name}`);
}

/**
 * The content of one file in a zip archive, which a Python wheel is too.
 * @param {Buffer} archive
 * @param {string} name
 * @returns {Buffer}
 */
export function fromZip(archive, name) {
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) throw new Error('this is no zip archive');
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) =>
      archive.readUInt16LE(at + offset),
    );
    if (archive.toString('utf8', at + 46, at + 46 + nameLength) === name) return zipEntry(archive, at);
    at += 46 + nameLength + extraLength + commentLength;
  }
  throw new Error(`the archive has no ${name}`);
}

/** @param {Buffer} archive @param {number} at where the directory speaks of the entry */
function zipEntry(archive, at) {
  const method = archive.readUInt16LE(at + 10);
  const size = archive.readUInt32LE(at + 20);
  const header = archive.readUInt32LE(at + 42);
  const start = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
  const packed = archive.subarray(start, start + size);
  return method === 0 ? packed : inflateRawSync(packed);
}

/** @param {Buffer} buffer @param {number} at @param {number} length */
function text(buffer, at, length) {
  const [word] = buffer.toString('latin1', at, at + length).split('\0');
  return word;
}
