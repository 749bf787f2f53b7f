/** What may be tuned about planning. Milliseconds. */
export interface PlanSettings {
  /** A known thing is verified when it was last seen longer ago than this. */
  readonly auditAge: number;
  /** As long as all targets of a group fail, they are looked at whenever they were last seen longer ago than this. */
  readonly troubleAge: number;
  /** Something shared with others is read again before it is deleted, unless it was seen within this time. */
  readonly freshFor: number;
  /** An empty answer is asked for again after this time. */
  readonly emptyAnswerAge: number;
  /** After a lost creation, listings that began earlier than this do not prove that it never happened. */
  readonly settleTime: number;
  /** How long a call can be in flight. */
  readonly callDeadline: number;
  /** Delete what is ours by its tags though no object accounts for it. */
  readonly pruneOrphans: boolean;
  /** Our cluster's, where it is known: what another of its name made may not have been asked for here yet. */
  readonly clusterUid?: string;
  /** Somebody has confirmed that many services may go at once. */
  readonly massDeleteConfirmed: boolean;
  /** Nothing is written; the plan says what would be. */
  readonly paused: boolean;
  /** What the account's quota allows in one listener. */
  readonly rulesPerListener: number;
}

export const defaultPlanSettings: PlanSettings = {
  auditAge: 600_000,
  troubleAge: 60_000,
  freshFor: 10_000,
  emptyAnswerAge: 10_000,
  settleTime: 15_000,
  callDeadline: 4_000,
  pruneOrphans: false,
  massDeleteConfirmed: false,
  paused: false,
  rulesPerListener: 10,
};
