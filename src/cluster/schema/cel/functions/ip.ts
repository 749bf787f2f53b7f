/** Whether a text is an IP address as Kubernetes' `isIP` means it: no zone, and no IPv4 in IPv6's clothes. */
export function isIp(text: string): boolean {
  return isIpv4(text) || isIpv6(text);
}

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/u.test(part) && Number(part) <= 255);
}

function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2 || text === '') return false;
  const [head = [], tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const groups = [...head, ...(tail ?? [])];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/u.test(group))) return false;
  if (tail === undefined ? groups.length !== 8 : groups.length > 7) return false;
  return !isMapped(text);
}

function isMapped(text: string): boolean {
  return /^(?:(?:0{1,4}:){5}|::)ffff:[0-9a-f]{1,4}:[0-9a-f]{1,4}$/iu.test(text);
}
