import { UserError } from '../../shared/errors.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { Args } from '../../shared/protocol.ts';
import type { Host } from './host.ts';

/** The web pages that the app refers to. No other page is ever opened. */
const LINKS = [
  'https://handsontable.com/',
  'https://hyperformula.handsontable.com/',
  'https://www.tensorflow.org/',
  'https://creativecommons.org/',
];

export const isOwnLink = (url: string): boolean => LINKS.some(link => url.startsWith(link));

/** Answers `openLink`. */
export const linkHandler =
  (host: Host) =>
  async ({ url }: Args<'openLink'>): Promise<Record<string, never>> => {
    const { href } = new URL(url);
    if (!isOwnLink(href)) throw new UserError(sentences.shell.linkRefused(url));
    if (!host.openLink) throw new UserError(sentences.shell.cannotOpenLink);
    await host.openLink(href);
    return {};
  };
