import { element } from './element.ts';

/** How long the browser may take to begin reading a download, in milliseconds. */
const READ_WITHIN = 10_000;

/** Hands a file to the browser's downloads. */
export function download(name: string, blob: Blob): void {
  const link = element('a', { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), READ_WITHIN);
}
