/** Lines of the form "key: value". A line that begins with spaces goes on with the value before. `line`: where an entry
 *  stands, if the first line is `first`. An entry without a key isn't of that form. */
export function keyed(lines: readonly string[], first: number): { key?: string; value: string; line: number }[] {
  const entries: { key?: string; value: string; line: number }[] = [];
  for (const [at, text] of lines.entries()) {
    const before = entries.at(-1);
    if (text.trim() === '') continue;
    const [, key, value] = /^([a-z]+):\s*(.*)$/.exec(text.trimEnd()) ?? [];
    if (/^\s/.test(text) && before) before.value += ` ${text.trim()}`;
    else if (key === undefined) entries.push({ value: text.trim(), line: first + at });
    else entries.push({ key, value, line: first + at });
  }
  return entries;
}
