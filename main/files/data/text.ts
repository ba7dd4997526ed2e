/** Bytes of a text file as text, in the encodings that spreadsheets write. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { TextDecoder } from 'node:util';
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';

/** What Windows-1252 has for the bytes 0x80 to 0x9F; a blank where it has nothing. Source:
 *  unicode.org/Public/MAPPINGS/VENDORS/MICSFT/WINDOWS/CP1252.TXT */
const WINDOWS_1252 = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';

/** Bytes decoded in one turn: some milliseconds. */
const PIECE = 2 ** 20;

/** UTF-8; UTF-16 where the file says so or every other byte is 0; Windows-1252 where that is clear, which `encoding`
 *  then tells. Lets others have a turn meanwhile. Throws UserError where the encoding is none of these. */
export async function decodeText(bytes: Uint8Array, name: string): Promise<{ text: string; encoding?: string }> {
  const utf16 = utf16Of(bytes);
  if (utf16) return { text: await decodeInTurns(bytes, new TextDecoder(utf16)) };
  try {
    return { text: await decodeInTurns(bytes, new TextDecoder('utf-8', { fatal: true })) };
  } catch {
    const text = windows1252(bytes);
    if (text === undefined) throw new UserError(sentences.data.csv.encoding(name));
    return { text, encoding: 'Windows-1252' };
  }
}

/** In the form NFC, piece after piece: no sign goes together with a line's end, so there a text can be cut. */
async function decodeInTurns(bytes: Uint8Array, decoder: TextDecoder): Promise<string> {
  let text = '';
  let rest = '';
  for (let at = 0; at < bytes.length; at += PIECE) {
    // oxlint-disable-next-line no-await-in-loop -- so that others get through
    if (at > 0) await nextTurn();
    rest += decoder.decode(bytes.subarray(at, at + PIECE), { stream: at + PIECE < bytes.length });
    const end = rest.lastIndexOf('\n') + 1;
    text += rest.slice(0, end).normalize('NFC');
    rest = rest.slice(end);
  }
  return text + rest.normalize('NFC');
}

function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  const head = bytes.subarray(0, 1000);
  const zeros = [0, 0];
  for (const [i, byte] of head.entries()) if (byte === 0) zeros[i % 2]++;
  const many = head.length / 4;
  if (zeros[1] > many && zeros[0] === 0) return 'utf-16le';
  return zeros[0] > many && zeros[1] === 0 ? 'utf-16be' : undefined;
}

/** Western European text has single accented letters between plain ones. Longer runs are another alphabet, whose
 *  encoding can't be told. */
function windows1252(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  if (/[\u0080-\u00ff]{3}/.test(text)) return undefined;
  let known = true;
  const decoded = text.replaceAll(/[\u0080-\u009f]/g, byte => {
    const sign = WINDOWS_1252[byte.charCodeAt(0) - 0x80];
    known &&= sign !== ' ';
    return sign;
  });
  return known ? decoded : undefined;
}
