/** The authorizer as the data plane starts it, in a process of its own: `node decider.ts SOCKET`. Ends with its parent. */
import { Authorizer } from '../../../../src/local/dataplane/authorization/authorizer.ts';
import { systemClock } from '../../../../src/ports/system/clock.ts';
import { systemLog } from '../../../../src/ports/system/log.ts';
import { rows } from './world.ts';

const [socket = ''] = process.argv.slice(2);
const authorizer = Authorizer.start({
  socket,
  region: 'us-west-2',
  clock: systemClock,
  log: systemLog('warn', 'bench'),
});
await authorizer.tell(rows(), AbortSignal.timeout(20_000));
process.send?.('serving');
process.once('disconnect', () => {
  void authorizer.close().then(() => process.exit());
});
