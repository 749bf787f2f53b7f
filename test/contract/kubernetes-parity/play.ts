import { isArray, isObject, objectAt, own, textAt } from '../../../src/cluster/schema/json.ts';
import type { Json } from '../../../src/cluster/schema/json.ts';
import { bytesOf } from '../../../src/ports/wire.ts';
import type { Wire } from '../../../src/ports/wire.ts';
import { masked } from '../kubernetes-mask.ts';
import type { Answer } from '../kubernetes-mask.ts';
import { requestOf } from '../kubernetes-transcript.ts';
import type { TranscriptRequest } from '../kubernetes-transcript.ts';
import type { NamedCase, Scene } from './matrix.ts';
import type { RecordedRequest } from './recorded.ts';

/** What a server answered to a case, masked. */
export interface Played {
  readonly name: string;
  readonly answer: Answer;
  /** What was there then. */
  readonly after?: Answer;
}

/** What answers said that later requests repeat. */
interface Memory {
  readonly name: string;
  readonly rv: string;
  readonly old: string;
  /** The version of the last list. */
  readonly seen: string;
  readonly uid: string;
  readonly continue: string;
}

const nothing: Memory = { name: '', rv: '', old: '', seen: '', uid: '', continue: '' };

/** Plays a scene to a server, and gives its answers in the order of the cases. */
async function play(wire: Wire, scene: Scene): Promise<readonly Played[]> {
  const ask = async (request: TranscriptRequest): Promise<Reply> => await send(wire, request);
  const memory = await prepare(ask, scene.given, nothing);
  const one = async (each: NamedCase): Promise<Played> => await playCase(ask, each, memory);
  const answers: Played[] = [];
  if (scene.atOnce) answers.push(...(await Promise.all(scene.cases.map(one))));
  else for (const each of scene.cases) answers.push(await one(each));
  for (const request of scene.after) await ask(request);
  return answers;
}

/** Everything that is sent to a server. */
export interface Programme {
  readonly scenes: readonly Scene[];
  readonly recorded: readonly RecordedRequest[];
}

/** Plays the recording, which looks everywhere, then all scenes, those of different kinds beside one another. */
export async function playAll(wire: Wire, { scenes, recorded }: Programme): Promise<readonly Played[]> {
  const again = await playRecorded(wire, recorded);
  const lanes = Map.groupBy(scenes, ({ kind }) => kind);
  const played = await Promise.all(
    [...lanes.values()].map(async (lane) => {
      const answers: Played[] = [];
      for (const scene of lane) answers.push(...(await play(wire, scene)));
      return answers;
    }),
  );
  return [...played.flat(), ...again];
}

/** What a recorded request is called. */
export function recordedName({ by, method, path }: RecordedRequest, index: number): string {
  return `${by} ${index}: ${method} ${path}`;
}

/** Sends recorded requests one after the other. */
async function playRecorded(wire: Wire, recorded: readonly RecordedRequest[]): Promise<readonly Played[]> {
  const raw: Json[] = [];
  const played: Played[] = [];
  for (const [index, request] of recorded.entries()) {
    const put = (text: string): string =>
      text.replaceAll(/\$\{(\d+)([^}]*)\}/gu, (_, at: string, pointer: string) =>
        told(raw[Number(at)] ?? null, pointer),
      );
    const { path, text } = request;
    const reply = await send(wire, {
      ...request,
      path: put(path),
      ...(text === undefined ? {} : { text: put(text) }),
    });
    raw.push(reply.raw);
    played.push({ name: recordedName(request, index), answer: reply.answer });
  }
  return played;
}

/** What a JSON pointer finds in an answer; nothing is told by a number that no version has. */
function told(answer: Json, pointer: string): string {
  let here: Json | undefined = answer;
  for (const key of pointer.split('/').slice(1)) {
    here = isArray(here) ? here[Number(key)] : isObject(here) ? own(here, key) : undefined;
  }
  return typeof here === 'string' ? here : '1';
}

interface Reply {
  readonly answer: Answer;
  /** The body as it came; null when it is no JSON. */
  readonly raw: Json;
}

type Ask = (request: TranscriptRequest) => Promise<Reply>;

async function playCase(ask: Ask, one: NamedCase, before: Memory): Promise<Played> {
  const memory = await prepare(ask, one.given ?? [], { ...before, name: one.object });
  const { answer } = await ask(fill(one.ask, memory));
  if (one.after === undefined) return { name: one.name, answer };
  const { answer: after } = await ask(fill(one.after, memory));
  return { name: one.name, answer, after };
}

async function prepare(ask: Ask, given: readonly TranscriptRequest[], before: Memory): Promise<Memory> {
  let memory = before;
  for (const request of given) {
    const filled = fill(request, memory);
    const { answer, raw } = await ask(filled);
    if (answer.status >= 300) {
      throw new Error(
        `${filled.method} ${filled.path} should have prepared a case: ${JSON.stringify(answer)}`,
      );
    }
    memory = remember(memory, raw);
  }
  return memory;
}

function remember(memory: Memory, body: Json): Memory {
  const metadata = objectAt(body, 'metadata');
  const rv = textAt(metadata, 'resourceVersion');
  if (textAt(body, 'kind').endsWith('List')) {
    return { ...memory, seen: rv, rv, continue: textAt(metadata, 'continue') };
  }
  return { ...memory, rv, old: memory.rv, uid: textAt(metadata, 'uid') };
}

function fill(request: TranscriptRequest, memory: Memory): TranscriptRequest {
  const put = (text: string): string =>
    text.replaceAll(/\$(name|rv|old|seen|uid|continue)\b/gu, (_, name: keyof Memory) => memory[name]);
  const { path, body, text, ...rest } = request;
  const sent = text ?? (body === undefined ? undefined : JSON.stringify(body));
  return { ...rest, path: put(path), ...(sent === undefined ? {} : { text: put(sent) }) };
}

async function send(wire: Wire, request: TranscriptRequest): Promise<Reply> {
  const signal = AbortSignal.timeout(20_000);
  const response = await wire(requestOf(request), signal);
  const text = Buffer.from(await bytesOf(response.body)).toString('utf8');
  return { answer: masked(response, text), raw: jsonOf(text) };
}

function jsonOf(text: string): Json {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return null;
  }
}
