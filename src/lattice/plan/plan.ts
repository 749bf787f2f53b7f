import { childTypes, facts, typesInOrder } from '../model/facts.ts';
import { indexes } from '../model/indexes.ts';
import type { Known } from '../model/known.ts';
import type { Model, QuestionType, Undetermined } from '../model/model.ts';
import type { Resource, ResourceKey } from '../model/resource.ts';
import { askedAgainAt } from './freshness.ts';
import { indexKnown } from './known-index.ts';
import { decideLeftovers } from './leftovers.ts';
import { match, wishesByType } from './matching.ts';
import { beHeld } from './patience.ts';
import { bePaused } from './pausing.ts';
import { about, knownAs } from './planning.ts';
import type { Planning } from './planning.ts';
import { standBehind } from './behind.ts';
import { spareLooks } from './looks.ts';
import { unindexed } from './presence.ts';
import { createReads } from './reads.ts';
import { orderRules } from './rule-order.ts';
import { arrangeRules } from './rules.ts';
import { arrangeTags } from './tagging.ts';
import { defaultPlanSettings } from './settings.ts';
import type { PlanSettings } from './settings.ts';
import type { Keep, Lane, Step } from './step.ts';
import { decideWanted } from './wanted.ts';

/**
 * What to do so that Lattice becomes what the model says, as far as it is known. Accounts for every entry of the model
 * and every known thing of ours. Reads come first, then what is made or changed, parents before children, then what
 * goes, children before parents. Planning again once everything is applied gives only `keep`. An earlier plan saves
 * comparing again what is as it was.
 */
export function plan(
  model: Model,
  known: Known,
  now: number,
  settings: PlanSettings = defaultPlanSettings,
  before: readonly Step[] = [],
): readonly Step[] {
  const planning: Planning = {
    model,
    known,
    now,
    settings,
    matching: match(model, known),
    index: indexKnown(known, model),
    reads: createReads(known, {
      now,
      callDeadline: settings.callDeadline,
      programmed: model.programmed ?? new Set(),
    }),
    kept: keptIn(before),
    steps: new Map(),
    reused: new Map(),
    standing: new Map(),
  };
  askQuestions(planning);
  listIndexes(planning);
  searchFor(planning);
  for (const entry of parentsFirst(model)) {
    if (entry.state === 'wanted') {
      decideWanted(planning, entry.resource);
      listChildren(planning, entry.resource);
    } else leaveAlone(planning, entry);
  }
  arrangeRules(planning);
  beHeld(planning);
  standBehind(planning);
  decideLeftovers(planning);
  beHeld(planning);
  orderRules(planning);
  arrangeTags(planning);
  beHeld(planning);
  bePaused(planning);
  spareLooks(planning);
  return inOrder(planning);
}

function* parentsFirst(model: Model) {
  const wishes = wishesByType(model);
  for (const type of typesInOrder) yield* wishes.get(type) ?? [];
}

function askQuestions({ model, known, now, settings, reads }: Planning): void {
  for (const question of model.questions.values()) {
    const known_ = known.answers.get(question.key);
    const reason = {
      for: question.for,
      because: 'the answer decides what is wanted',
      lane: firstLane[question.type],
    } as const;
    if (known_?.answer === undefined || known_.state === 'unknown') reads.question(question, reason);
    else if (now - known_.at > settings.auditAge) {
      reads.question(question, { ...reason, because: 'last asked long ago', lane: 'audit' });
    } else if (now >= askedAgainAt(question, known_, settings)) {
      reads.question(question, { ...reason, because: 'nothing was found last time', lane: 'waiting' });
    }
  }
}

/** For what somebody waits; and what only explains why something does not work. */
const firstLane = {
  networkNamed: 'demand',
  exportedGroup: 'demand',
  groupAt: 'demand',
  subscriptionAt: 'demand',
  protectionOf: 'demand',
  certificates: 'demand',
  rangesOf: 'audit',
  admissionsTo: 'audit',
} as const satisfies Readonly<Record<QuestionType, Lane>>;

/** What is ours and no longer wanted is found only by listing everything once. */
function listIndexes({ known, now, settings, reads }: Planning): void {
  for (const { key, type } of indexes) {
    const listing = known.collections.get(key);
    const listed = listing?.state === 'known';
    if (listed && now - listing.at <= settings.auditAge) continue;
    reads.collection(
      { key, type },
      {
        for: [],
        because: listed ? 'last listed long ago' : unindexed,
        lane: listed ? 'audit' : 'demand',
      },
    );
  }
}

/** Of what few have, listed where something that nobody wants any more may be. */
function searchFor({ model, known, reads }: Planning): void {
  for (const search of model.searches ?? []) {
    const key = facts[search.type].listedIn?.collection(search.in);
    if (key === undefined || known.collections.get(key)?.state === 'known') continue;
    reads.collection(
      { key, type: search.type, parent: search.in },
      { for: search.for, because: 'something that is no longer wanted may be there', lane: 'demand' },
    );
  }
}

/** Children nobody wants are found by listing those of what is wanted. What we created ourselves began empty. */
function listChildren(
  { known, now, settings, matching, reads, standing }: Planning,
  resource: Resource,
): void {
  const entry = matching.found.get(resource.key);
  if (entry === undefined || standing.get(resource.key) !== 'there') return;
  for (const type of childTypes.get(resource.type) ?? []) {
    const { parent, listedIn } = facts[type];
    if (listedIn === undefined || listedIn.by !== parent?.member || listedIn.onDemand === true) continue;
    const key = listedIn.collection(entry.key);
    const listing = known.collections.get(key);
    const listed = listing?.state === 'known';
    if (listed && now - listing.at <= settings.auditAge) continue;
    reads.collection(
      { key, type, parent: entry.key },
      {
        for: resource.for,
        because: listed ? 'last listed long ago' : 'what hangs off it is not known',
        lane: listed ? 'audit' : 'demand',
      },
    );
  }
}

function leaveAlone(planning: Planning, entry: Undetermined): void {
  const { found: all, wantedAs } = planning.matching;
  // It is wanted, under another key.
  const wanted = wantedAs.get(entry.key);
  if (wanted !== undefined && wanted !== entry.key) return;
  const found = all.get(entry.key);
  planning.standing.set(entry.key, found === undefined ? 'open' : 'there');
  planning.steps.set(entry.key, {
    op: 'hold',
    by: 'question',
    ...about(entry, entry.because),
    ...(found === undefined ? {} : knownAs(entry.key, found)),
  });
}

function keptIn(before: readonly Step[]): ReadonlyMap<ResourceKey, Keep> {
  const kept = new Map<ResourceKey, Keep>();
  for (const step of before) if (step.op === 'keep') kept.set(step.key, step);
  return kept;
}

function inOrder({ model, reads, steps }: Planning): readonly Step[] {
  const ordered: Step[] = [...reads.steps()];
  for (const key of model.entries.keys()) {
    const step = steps.get(key);
    if (step !== undefined) ordered.push(step);
  }
  const others = [...steps.values()].filter(({ key }) => !model.entries.has(key));
  return ordered.concat(others.toReversed());
}
