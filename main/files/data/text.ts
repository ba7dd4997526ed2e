/** Decodes text files in the encodings that spreadsheets write. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { TextDecoder } from 'node:util';
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';

/** The characters of Windows-1252 for the bytes 0x80 to 0x9F. Blank where it has none. Source:
 *  unicode.org/Public/MAPPINGS/VENDORS/MICSFT/WINDOWS/CP1252.TXT */
const WINDOWS_1252 = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';

/** How many bytes are decoded in one turn. This takes some milliseconds. */
const PIECE = 2 ** 20;

/** Decodes UTF-8; UTF-16, if the file says so or every second byte is 0; or Windows-1252, if that is clear (`encoding`
 *  then says so). Other work has turns in between. Throws UserError for any other encoding. */
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

/** Decodes to Unicode's form NFC, in pieces. They are cut at line ends, because no character combines with a line
 *  end. */
async function decodeInTurns(bytes: Uint8Array, decoder: TextDecoder): Promise<string> {
  let text = '';
  let rest = '';
  for (let at = 0; at < bytes.length; at += PIECE) {
    // Lets other work have a turn.
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

/** Decodes Windows-1252. Western European text has single accented letters between plain ones. Longer runs of them are
 *  another alphabet, whose encoding can't be known: then it returns undefined. */
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
