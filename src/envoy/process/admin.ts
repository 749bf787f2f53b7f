import { request } from 'node:http';

/** Asks Envoy's admin interface on its Unix socket. Rejects when Envoy does not answer, or not with 200. */
export async function askAdmin(
  socketPath: string,
  method: 'GET' | 'POST',
  path: string,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, method, path, signal, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`${method} ${path}: ${response.statusCode} ${text.trim()}`));
      });
    });
    call.on('error', reject);
    call.end();
  });
}

/** Requests that clients wait for at this moment; the one that asks for them is none. */
export async function activeRequests(socketPath: string, signal: AbortSignal): Promise<number> {
  const text = await askAdmin(socketPath, 'GET', '/stats?filter=downstream_rq_active', signal);
  return text
    .split('\n')
    .filter((line) => !line.startsWith('http.admin.'))
    .map((line) => Number(line.split(': ')[1] ?? 0))
    .reduce((sum, count) => sum + (Number.isNaN(count) ? 0 : count), 0);
}
