import { readQuotas } from '../lattice/aws/service-quotas.ts';
import type { Signed } from '../lattice/aws/signed-post.ts';
import { quotaCodes } from '../lattice/translate/quotas.ts';
import type { Quotas } from '../lattice/translate/quotas.ts';
import type { Log } from '../ports/log.ts';

/** What the account may have, as far as anybody has said. */
export interface AccountQuotas {
  readonly now: Quotas;
}

export interface AccountQuotasOptions {
  readonly ask: Signed;
  /** AWS's defaults. */
  readonly standard: Quotas;
  /** By the operator, whose word counts before that of AWS. */
  readonly told: Partial<Quotas>;
  readonly onChange: (reason: string) => void;
  readonly log: Log;
  readonly signal: AbortSignal;
}

const everyMs = 3_600_000;
const retryMs = 600_000;

/**
 * Asks Service Quotas now, and every hour. Where it does not say, for instance since that is not permitted, the defaults
 * are what counts, and what the operator tells.
 */
export function followQuotas(options: AccountQuotasOptions): AccountQuotas {
  const { standard, told } = options;
  const quotas = { now: { ...standard, ...told } };
  void follow(quotas, options);
  return quotas;
}

async function follow(
  quotas: { now: Quotas },
  { ask, standard, told, onChange, log, signal }: AccountQuotasOptions,
): Promise<void> {
  let isSilent = false;
  while (!signal.aborted) {
    try {
      const asked: Partial<Record<keyof Quotas, number>> = {};
      for (const [code, value] of await readQuotas(ask, signal)) {
        const quota = quotaCodes.get(code);
        if (quota !== undefined) asked[quota] = value;
      }
      const now = { ...standard, ...asked, ...told };
      if (JSON.stringify(now) !== JSON.stringify(quotas.now)) {
        quotas.now = now;
        onChange('the quotas of the account are known');
      }
      isSilent = false;
    } catch (error) {
      if (signal.aborted) return;
      if (!isSilent) log.info('quotas cannot be read: defaults count, and LATTICE_QUOTAS', { error });
      isSilent = true;
    }
    await ask.clock.sleep(isSilent ? retryMs : everyMs, signal).catch(() => undefined);
  }
}
