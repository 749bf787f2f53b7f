import { isRecord } from '../local/contract/validate.ts';

type Call = Readonly<Record<string, unknown>>;

/** One call for people: when, where, what, how it ended, how long it took and who answered. */
export function callLine({ record, network, service }: Call): string {
  const say = (name: string): string => textOf(isRecord(record) ? record[name] : undefined);
  const where = `${nameOf(network)}/${nameOf(service)}`;
  const isRequest = say('requestMethod') !== '-';
  const what = isRequest
    ? `${say('requestMethod')} ${say('hostHeader')}${say('requestPath')} ${say('responseCode')}`
    : `${say('protocol')} ${say('serverNameIndication')} ${say('bytesReceived')}+${say('bytesSent')} bytes`;
  const target = say('targetIpPort') === '-' ? '' : ` ${say('targetIpPort')}`;
  return `${say('startTime')} ${where} ${what} ${say('duration')}ms${target}${why(say)}`;
}

/** Why it failed, and for denials who was denied by which layer. */
function why(say: (name: string) => string): string {
  const reason = say('failureReason');
  if (reason === '-') return '';
  const [user, layer] = [say('resolvedUser'), say('authDeniedReason')];
  const denied = user === 'null' ? '' : ` (${user}${layer === 'null' ? '' : `, by ${layer}`})`;
  return ` ${reason}${denied}`;
}

function nameOf(named: unknown): string {
  if (!isRecord(named)) return '-';
  return textOf(named['name'] ?? named['id']);
}

/** Without what would play tricks on a terminal: hosts, paths and headers are the caller's words. */
function textOf(value: unknown): string {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '-';
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '\u{fffd}');
}
