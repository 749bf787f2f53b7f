import { objectAt, textAt } from '../../../src/cluster/schema/json.ts';
import type { Json } from '../../../src/cluster/schema/json.ts';
import { bytesOf } from '../../../src/ports/wire.ts';
import type { Wire } from '../../../src/ports/wire.ts';
import { masked } from '../kubernetes-mask.ts';
import type { Answer } from '../kubernetes-mask.ts';
import { requestOf } from '../kubernetes-transcript.ts';
import type { TranscriptRequest } from '../kubernetes-transcript.ts';
import type { NamedCase, Scene } from './matrix.ts';

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

/** Plays all scenes, those of different kinds beside one another, and gives the answers in the order of the cases. */
export async function playAll(wire: Wire, scenes: readonly Scene[]): Promise<readonly Played[]> {
  const lanes = Map.groupBy(scenes, ({ kind }) => kind);
  const played = await Promise.all(
    [...lanes.values()].map(async (lane) => {
      const answers: Played[] = [];
      for (const scene of lane) answers.push(...(await play(wire, scene)));
      return answers;
    }),
  );
  return played.flat();
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
