/** A handout: a page for each scene, with its picture, its caption and the speaker's notes, as PDF. Texts are texts. */
import { create } from 'fontkit';
import { PDFDocument } from 'pdfkit';
import type { Paper } from '../../../shared/film/film-job.ts';
import { messages } from '../../../shared/messages.ts';
import type { Language } from '../../../shared/messages/languages.ts';

/** `picture`: a PNG as wide as a screen, and what it shows in words. */
export type HandoutPage = { title: string; caption: string; notes: string; picture: Uint8Array; spoken: string };
/** A text as a picture, for writing that the typeface doesn't have: a PNG, and its height where it is `width` wide. */
export type DrawText = (
  text: string,
  style: { size: number; isBold: boolean; width: number },
) => Promise<{ picture: Uint8Array; height: number }>;

type Handout = {
  title: string;
  language: Language;
  paper: Paper;
  /** The typeface, as WOFF. */
  fonts: { regular: Uint8Array; bold: Uint8Array };
  drawText: DrawText;
};
const MARGIN = 50;
const STYLES = {
  title: { size: 16, isBold: true, colour: '#161a21', after: 8 },
  caption: { size: 12, isBold: true, colour: '#161a21', after: 10 },
  notes: { size: 11, isBold: false, colour: '#333a45', after: 0 },
} as const;

/** The bytes of the file. */
export async function makeHandout(
  pages: readonly HandoutPage[],
  { title, language, paper, fonts, drawText }: Handout,
): Promise<Uint8Array<ArrayBuffer>> {
  const document = new PDFDocument({
    size: paper,
    margin: MARGIN,
    font: null,
    autoFirstPage: false,
    bufferPages: true,
    pdfVersion: '1.7',
    tagged: true,
    lang: language,
    displayTitle: true,
    info: { Title: title, Creator: 'ConvSheet' },
  });
  const chunks: Uint8Array[] = [];
  const done = new Promise<void>(resolve => {
    document.on('data', chunk => chunks.push(chunk)).on('end', resolve);
  });
  document.registerFont('regular', fonts.regular).registerFont('bold', fonts.bold);
  const known = create(fonts.regular);
  const isKnown = (text: string) =>
    Array.from(text).every(sign => sign === '\n' || known.hasGlyphForCodePoint(sign.codePointAt(0)!));
  const root = document.struct('Document');
  document.addStructure(root);

  /** Writes paragraphs below what is there. Long ones go on on the next page. */
  async function write(
    text: string,
    tag: 'H1' | 'P',
    { size, isBold, colour, after }: (typeof STYLES)['title' | 'caption' | 'notes'],
  ) {
    const width = document.page.width - 2 * MARGIN;
    for (const paragraph of paragraphsOf(text)) {
      if (isKnown(paragraph)) {
        const draw = () => {
          document
            .font(isBold ? 'bold' : 'regular')
            .fontSize(size)
            .fillColor(colour);
          document.text(paragraph === '' ? ' ' : paragraph, MARGIN, document.y, { width, lineGap: size * 0.3 });
        };
        root.add(document.struct(tag, draw));
      } else {
        // oxlint-disable-next-line no-await-in-loop -- paragraphs stand below each other
        const { picture, height } = await drawText(paragraph, { size, isBold, width });
        if (document.y + height > document.page.height - MARGIN) document.addPage();
        root.add(figure(picture, width, height, paragraph));
      }
    }
    document.y += after;
  }
  const figure = (picture: Uint8Array, width: number, height: number, alt: string) =>
    document.struct('Figure', { alt }, () => {
      const { y } = document;
      document.image(picture.slice().buffer, MARGIN, y, { width });
      document.y = y + height;
    });

  for (const page of pages) {
    document.addPage();
    document.outline.addItem(page.title);
    // oxlint-disable-next-line no-await-in-loop -- pages follow each other
    await write(page.title, 'H1', STYLES.title);
    const width = document.page.width - 2 * MARGIN;
    const height = (width * 9) / 16;
    const { y } = document;
    root.add(figure(page.picture, width, height, page.spoken));
    document.rect(MARGIN, y, width, height).lineWidth(0.5).stroke('#c5ccd6');
    document.y += 12;
    // oxlint-disable-next-line no-await-in-loop -- as above
    if (page.caption !== '') await write(page.caption, 'P', STYLES.caption);
    // oxlint-disable-next-line no-await-in-loop -- as above
    if (page.notes !== '') await write(page.notes, 'P', STYLES.notes);
  }
  root.end();
  await numberPages(document, title, isKnown);
  document.end();
  await done;
  return joined(chunks);
}

/** Lines of a text that are set one after another. Pictures of text are made of one at a time. */
const paragraphsOf = (text: string): string[] => text.replaceAll(/\r\n?/g, '\n').replaceAll('\t', '    ').split('\n');

async function numberPages(document: PDFDocument, title: string, isKnown: (text: string) => boolean) {
  const { start, count } = document.bufferedPageRange();
  for (let page = start; page < start + count; page++) {
    document.switchToPage(page);
    const { width, height, margins } = document.page;
    // Otherwise what stands in the margin would begin another page.
    margins.bottom = 0;
    document.font('regular').fontSize(9).fillColor('#565f6d');
    const place = messages.filmFiles.pageOf(page - start + 1, count);
    const options = { width: width - 2 * MARGIN, lineBreak: false } as const;
    document.text(place, MARGIN, height - 34, { ...options, align: 'right' });
    const short = title.length > 80 ? `${title.slice(0, 79)}…` : title;
    if (isKnown(short)) document.text(short, MARGIN, height - 34, options);
    margins.bottom = MARGIN;
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
