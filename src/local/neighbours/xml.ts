import type { WireResponse } from '../../ports/wire.ts';

export interface XmlOptions {
  /** What an item of a list is called. */
  readonly item: string;
  readonly namespace?: string;
}

/** An element with what a value holds: structures as elements by name, lists as items. What is undefined is left out. */
export function element(name: string, value: unknown, { item, namespace }: XmlOptions): string {
  if (value === undefined) return '';
  const attribute = namespace === undefined ? '' : ` xmlns="${namespace}"`;
  return `<${name}${attribute}>${content(value, item)}</${name}>`;
}

function content(value: unknown, item: string): string {
  if (Array.isArray(value)) return value.map((each) => element(item, each, { item })).join('');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, each]) => element(name, each, { item }))
      .join('');
  }
  return escaped(String(value));
}

/** An answer of XML. */
export function xml(status: number, text: string, requestId: string): WireResponse {
  const headers = { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId };
  return { status, headers, body: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${text}`) };
}

function escaped(text: string): string {
  return (
    text
      // Control characters have no place in XML, however they are written.
      // oxlint-disable-next-line no-control-regex
      .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  );
}
