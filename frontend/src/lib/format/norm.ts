/** Writes a norm of the catalogue as people of a language do, like retention.Cite on the Go side. */
export function citeNorm(norm: string, language: string): string {
  if (language !== 'de') return norm.replaceAll('DSG', 'FADP');
  const letter = norm.includes('DSG') ? ' Bst. $1' : ' lit. $1';
  return norm
    .replaceAll(/\((\d)\)/g, ' Abs. $1')
    .replaceAll(/,? ?\(([a-z])\)/g, letter)
    .replaceAll('GDPR', 'DSGVO');
}
