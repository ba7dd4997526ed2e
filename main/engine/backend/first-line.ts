/** The first line of a text, as a sentence. */
export function firstLine(text: string): string {
  return `${text.split('\n', 1)[0].trim().replace(/\.$/, '')}.`;
}
