/**
 * Whether clients can ask for a name. The API takes any text as a custom domain, and Envoy would refuse a configuration with
 * most of them; nobody can ask for those, so they are left out.
 */
export function isHostName(name: string): boolean {
  return name.length <= longest && /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/i.test(name);
}

/** Of DNS. */
const longest = 253;
