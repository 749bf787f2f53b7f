import { wireFields } from '../schema/builtin/types.ts';
import type { WireField } from '../schema/builtin/types.ts';
import type { Json, JsonObject } from '../schema/json.ts';

/**
 * Kubernetes' protobuf encoding of the built-in kinds, read only: kubectl sends it for what it builds itself (`create
 * namespace`, `auth can-i`), and takes JSON in return.
 */
const magic = [0x6b, 0x38, 0x73, 0x00];

const groupTypes: Readonly<Record<string, string>> = {
  v1: 'core.v1',
  'apps/v1': 'apps.v1',
  'batch/v1': 'batch.v1',
  'authentication.k8s.io/v1': 'authentication.v1',
  'authorization.k8s.io/v1': 'authorization.v1',
  'autoscaling/v1': 'autoscaling.v1',
  'coordination.k8s.io/v1': 'coordination.v1',
  'discovery.k8s.io/v1': 'discovery.v1',
  'events.k8s.io/v1': 'events.v1',
  'admissionregistration.k8s.io/v1': 'admissionregistration.v1',
  'networking.k8s.io/v1': 'networking.v1',
  'policy/v1': 'policy.v1',
  'rbac.authorization.k8s.io/v1': 'rbac.v1',
  'meta.k8s.io/v1': 'meta.v1',
};

/** The object in the envelope, or nothing when it is no such message or of a kind that is not built in. */
export function decodeProtobuf(body: Uint8Array): JsonObject | undefined {
  if (!magic.every((byte, index) => body[index] === byte)) return undefined;
  const envelope = readMessage(body.subarray(magic.length));
  if (envelope === undefined) return undefined;
  const meta = readMessage(lastBytes(envelope, 1)) ?? [];
  const apiVersion = text(lastBytes(meta, 1));
  const kind = text(lastBytes(meta, 2));
  const type = typeOf(apiVersion, kind);
  const object = decodeStruct(type, lastBytes(envelope, 2));
  return object === undefined ? undefined : { apiVersion, kind, ...object };
}

/** Options of a request may come under any version. */
function typeOf(apiVersion: string, kind: string): string {
  return kind === 'DeleteOptions' ? 'meta.v1.DeleteOptions' : `${groupTypes[apiVersion] ?? '?'}.${kind}`;
}

interface Piece {
  readonly number: number;
  /** A varint, or eight or four bytes as a number. */
  readonly scalar: bigint;
  readonly bytes: Uint8Array;
}

function readMessage(bytes: Uint8Array): readonly Piece[] | undefined {
  const pieces: Piece[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): bigint | undefined => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at];
      if (byte === undefined) return undefined;
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return undefined;
  };
  while (at < bytes.length) {
    const tag = varint();
    if (tag === undefined) return undefined;
    const number = Number(tag >> 3n);
    const wire = Number(tag & 7n);
    if (wire === 0) {
      const scalar = varint();
      if (scalar === undefined) return undefined;
      pieces.push({ number, scalar, bytes: nothing });
    } else if (wire === 2) {
      const length = varint();
      if (length === undefined || BigInt(at) + length > BigInt(bytes.length)) return undefined;
      pieces.push({ number, scalar: 0n, bytes: bytes.subarray(at, at + Number(length)) });
      at += Number(length);
    } else if (wire === 1 && at + 8 <= bytes.length) {
      pieces.push({ number, scalar: view.getBigUint64(at, true), bytes: nothing });
      at += 8;
    } else if (wire === 5 && at + 4 <= bytes.length) {
      pieces.push({ number, scalar: BigInt(view.getUint32(at, true)), bytes: nothing });
      at += 4;
    } else {
      return undefined;
    }
  }
  return pieces;
}

const nothing = new Uint8Array();

function lastBytes(message: readonly Piece[], number: number): Uint8Array {
  return message.findLast((piece) => piece.number === number)?.bytes ?? nothing;
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function decodeStruct(type: string, bytes: Uint8Array): JsonObject | undefined {
  const fields = wireFields(type);
  const pieces = readMessage(bytes);
  if (fields === undefined || pieces === undefined) return undefined;
  const members: (readonly [string, Json])[] = [];
  for (const field of fields) {
    const own = pieces.filter((piece) => piece.number === field.number);
    if (own.length === 0) continue;
    if (field.json === '') {
      members.push(...Object.entries(decodeStruct(field.type.element, own.at(-1)?.bytes ?? nothing) ?? {}));
      continue;
    }
    const value = decodeField(field, own);
    if (value !== undefined && !(field.omitEmpty && isEmpty(value))) members.push([field.json, value]);
  }
  return Object.fromEntries(members);
}

function isEmpty(value: Json): boolean {
  return value === '' || value === 0 || value === false || value === null;
}

function decodeField({ type }: WireField, pieces: readonly Piece[]): Json | undefined {
  switch (type.shape) {
    case 'one': {
      const last = pieces.at(-1);
      return last === undefined ? undefined : decodeValue(type.element, last);
    }
    case 'list':
      return pieces.map((piece) => decodeValue(type.element, piece) ?? null);
    case 'map':
      return Object.fromEntries(
        pieces.map((piece) => {
          const entry = readMessage(piece.bytes) ?? [];
          const value = entry.findLast(({ number }) => number === 2) ?? {
            number: 2,
            scalar: 0n,
            bytes: nothing,
          };
          return [text(lastBytes(entry, 1)), decodeValue(type.element, value) ?? null];
        }),
      );
  }
}

type Decode = (piece: Piece) => Json | undefined;

const scalars: Readonly<Record<string, Decode>> = {
  string: ({ bytes }) => text(bytes),
  bool: ({ scalar }) => scalar !== 0n,
  int32: ({ scalar }) => Number(BigInt.asIntN(32, scalar)),
  int64: ({ scalar }) => Number(BigInt.asIntN(64, scalar)),
  double: ({ scalar }) => new Float64Array(new BigUint64Array([scalar]).buffer)[0] ?? 0,
  bytes: ({ bytes }) => Buffer.from(bytes).toString('base64'),
  Time: ({ bytes }) => timestamp(bytes, 0),
  MicroTime: ({ bytes }) => timestamp(bytes, 6),
  Quantity: ({ bytes }) => text(lastBytes(readMessage(bytes) ?? [], 1)),
  IntOrString: ({ bytes }) => intOrString(readMessage(bytes) ?? []),
  Raw: ({ bytes }) => rawJson(lastBytes(readMessage(bytes) ?? [], 1)),
  Any: () => undefined,
};

function decodeValue(element: string, piece: Piece): Json | undefined {
  const scalar = scalars[element];
  return scalar === undefined ? decodeStruct(element, piece.bytes) : scalar(piece);
}

/** An unset time is no time. */
function timestamp(bytes: Uint8Array, digits: number): Json | undefined {
  const message = readMessage(bytes) ?? [];
  const part = (number: number): number =>
    Number(BigInt.asIntN(64, message.findLast((piece) => piece.number === number)?.scalar ?? 0n));
  const seconds = part(1);
  if (message.length === 0 || seconds < -62_135_596_800 + 1) return undefined;
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19);
  if (digits === 0) return `${whole}Z`;
  return `${whole}.${String(part(2)).padStart(9, '0').slice(0, digits)}Z`;
}

function intOrString(message: readonly Piece[]): Json {
  const isText = (message.findLast(({ number }) => number === 1)?.scalar ?? 0n) === 1n;
  if (isText) return text(lastBytes(message, 3));
  return Number(BigInt.asIntN(32, message.findLast(({ number }) => number === 2)?.scalar ?? 0n));
}

function rawJson(bytes: Uint8Array): Json | undefined {
  try {
    const value: Json = JSON.parse(text(bytes));
    return value;
  } catch {
    return undefined;
  }
}
