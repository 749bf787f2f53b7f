import { expositionType } from '../../metrics/exposition.ts';
import type { Wire, WireResponse } from '../../ports/wire.ts';
import type { ControllerMetrics } from './controller-metrics.ts';

interface Page {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** What Prometheus scrapes, and what a controller that only looks would do. */
export function metricsWire(metrics: ControllerMetrics): Wire {
  return pagesWire({
    '/metrics': () => ({ status: 200, type: expositionType, text: metrics.text() }),
    '/shadow': () => {
      const report = metrics.shadowReport();
      return report === undefined ? plain(404, notShadow) : plain(200, report);
    },
  });
}

/**
 * What a kubelet asks: whether the process answers at all, and whether it does, or could do, its work. `whyNot` says what
 * it still lacks.
 */
export function probesWire(whyNot: () => string | undefined): Wire {
  return pagesWire({
    '/healthz': () => plain(200, 'ok'),
    '/readyz': () => {
      const lack = whyNot();
      return lack === undefined ? plain(200, 'ok') : plain(503, lack);
    },
  });
}

const notShadow =
  'This controller does not only look, or waits to begin. Start one with --shadow beside it; trellis plan says once what would be done.';

function plain(status: number, line: string): Page {
  return { status, type: 'text/plain; charset=utf-8', text: `${line}\n` };
}

function pagesWire(pages: Readonly<Record<string, () => Page>>): Wire {
  return async ({ method, target }) => {
    const [path = ''] = target.split('?');
    // Those below a path are the path itself, as probes of single checks have it.
    const page = Object.entries(pages).find(([name]) => path === name || path.startsWith(`${name}/`))?.[1];
    if (page === undefined) return answer(plain(404, `There is ${Object.keys(pages).join(', ')}.`), method);
    if (method !== 'GET' && method !== 'HEAD') return answer(plain(405, 'Only GET is answered.'), method);
    return Promise.resolve(answer(page(), method));
  };
}

function answer({ status, type, text }: Page, method: string): WireResponse {
  const body = Buffer.from(method === 'HEAD' ? '' : text);
  return { status, headers: { 'content-type': type }, body };
}
