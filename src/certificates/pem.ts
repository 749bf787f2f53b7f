/** The certificates of a PEM file, each by itself. What stands between and beside them is nobody's. */
export function certificatesIn(pem: string): readonly string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs) ?? [];
}
