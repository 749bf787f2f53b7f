/** `format`s that Kubernetes checks, and only those our schemas meet; an unknown one allows everything, as upstream. */
const formats: Readonly<Record<string, (value: string) => boolean>> = {
  'date-time': (value) =>
    /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/u.test(
      value,
    ),
  date: (value) => /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/u.test(value),
  byte: (value) => /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/u.test(value),
  ipv4: (value) => /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.|$)){4}$/u.test(value),
  ipv6: (value) => value.includes(':') && /^[0-9A-Fa-f:.]+$/u.test(value),
  uuid: (value) => /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/iu.test(value),
  hostname: (value) => value.length <= 255 && /^([a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?\.?)+$/u.test(value),
  uri: (value) => /^[a-zA-Z][-+.a-zA-Z0-9]*:/u.test(value),
  duration: (value) => /^[+-]?(\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+$/u.test(value),
};

/** What is wrong with a value of that format, as the end of a sentence; nothing when it fits. */
export function formatSentence(format: string, value: string): string | undefined {
  const fits = formats[format];
  return fits === undefined || fits(value) ? undefined : `must be of type ${format}`;
}
