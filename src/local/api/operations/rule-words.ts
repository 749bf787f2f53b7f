import type {
  HeaderMatch as HeaderMatchWords,
  PathMatch as PathMatchWords,
  RuleAction,
  RuleMatch,
} from '../../contract/types.gen.ts';
import type {
  Action,
  DefaultRule,
  HeaderMatch,
  Match,
  PathMatch,
  Rule,
} from '../../state/listener-resources.ts';

/** A rule in the API's words; the default rule has neither match nor priority. */
export function ruleSaid(rule: Rule | DefaultRule) {
  const { arn, id, name, isDefault, action } = rule;
  return {
    arn,
    id,
    name,
    isDefault,
    ...(rule.isDefault ? {} : { match: matchSaid(rule.match), priority: rule.priority }),
    action: actionSaid(action),
  };
}

/** A forward names target groups by id, whatever the client named them by. */
export function actionSaid(action: Action): RuleAction {
  if (action.kind === 'fixedResponse') return { fixedResponse: { statusCode: action.statusCode } };
  const targetGroups = action.targetGroups.map(({ targetGroupId, weight }) => ({
    targetGroupIdentifier: targetGroupId,
    weight,
  }));
  return { forward: { targetGroups } };
}

function matchSaid({ method, path, headers }: Match): RuleMatch {
  return {
    httpMatch: {
      ...(method === undefined ? {} : { method }),
      ...(path === undefined ? {} : { pathMatch: pathSaid(path) }),
      headerMatches: headers.map(headerSaid),
    },
  };
}

function pathSaid({ kind, value, caseSensitive }: PathMatch): PathMatchWords {
  return { match: kind === 'exact' ? { exact: value } : { prefix: value }, caseSensitive };
}

function headerSaid({ name, kind, value, caseSensitive }: HeaderMatch): HeaderMatchWords {
  const match = {
    exact: { exact: value },
    prefix: { prefix: value },
    contains: { contains: value },
  } as const;
  return { name, match: match[kind], caseSensitive };
}
