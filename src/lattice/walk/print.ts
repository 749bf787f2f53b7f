import type { GroupReport, Report, Thing } from './report.ts';

/** A walk for people: the verdict first, then why. */
export function printReport(report: Report): string {
  const { request, verdict, network, vpc, service, listener, rules, groups, authorization, notes } = report;
  const from = vpc === undefined ? '' : `, from ${vpc}`;
  const sections: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ['answer', report.body === undefined ? [] : [report.body]],
    ['network', network === undefined ? [] : [`${named(network)}${from}`]],
    ['service', service === undefined ? [] : [named(service)]],
    [
      'listener',
      listener === undefined ? [] : [`${listener.name}: ${listener.protocol} on port ${listener.port}`],
    ],
    ['policies', authorization],
    [
      'rules',
      [
        ...rules.map(
          ({ priority, name, match, because }) =>
            `${String(priority).padStart(4)} ${name}: ${match}: ${because === undefined ? 'matches' : `no, ${because}`}`,
        ),
        ...(report.defaultAction ? ['     default action'] : []),
      ],
    ],
    ['groups', groups.flatMap(groupLines)],
    ['note', notes],
  ];
  const lines = sections.flatMap(([title, found]) =>
    found.map((line, index) => `  ${(index === 0 ? title : '').padEnd(10)}${line}`),
  );
  return printable(
    [`${request} ${report.groups.length > 0 && report.arrives ? '' : '-> '}${verdict}`, ...lines].join('\n'),
  );
}

function named({ name, id, object }: Thing): string {
  return `${name} (${id}${object === undefined ? '' : `, ${object}`})`;
}

function groupLines(group: GroupReport): readonly string[] {
  const status = group.status === undefined || group.status === 'ACTIVE' ? '' : `, ${group.status}`;
  return [
    `${String(group.percent).padStart(4)} % ${named(group)}${status}: ${group.health}`,
    ...group.targets.map((target) => `       ${target}`),
  ];
}

/** Without what would play tricks on a terminal: names and headers are somebody's words. */
function printable(text: string): string {
  return text.replaceAll(/[^\P{C}\n]/gu, '\u{fffd}');
}
