/** Renders the data set of letters beside this script: the capitals A to Z from 60 open fonts, ten times each, 28×28
 *  bytes, white on black as the digits are.
 *       node assets/data/letters/make_letters.mjs [--sheet PICTURE.png]
 *  It needs npm; --sheet draws a contact sheet too. Fonts and the canvas that draws them come from npm in the exact
 *  versions below, into a temporary folder. All letters of a font are in one split, so that a network is judged by
 *  fonts it has never seen. Which fonts those are follows from their names alone, and every distortion from the names
 *  of font and letter. So on one kind of computer the same bytes come out every time. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = fileURLToPath(new URL('.', import.meta.url));

const CANVAS = '1.1.1';
/** Packages @fontsource/NAME and their versions. Text faces, fixed-width ones, plain handwriting and a few for titles;
 *  left out are fonts whose capitals few people could read alone, such as scripts with swashes. */
const FONTS = {
  alegreya: '5.3.0',
  'anonymous-pro': '5.3.0',
  'architects-daughter': '5.3.0',
  'archivo-narrow': '5.3.0',
  arvo: '5.3.0',
  barlow: '5.3.0',
  'bebas-neue': '5.3.0',
  bitter: '5.3.0',
  cabin: '5.3.0',
  caveat: '5.3.0',
  comfortaa: '5.3.0',
  'comic-neue': '5.3.0',
  'cormorant-garamond': '5.3.0',
  'courier-prime': '5.3.0',
  'crimson-text': '5.3.0',
  domine: '5.3.0',
  dosis: '5.3.0',
  'eb-garamond': '5.3.0',
  'exo-2': '5.3.0',
  'fira-sans': '5.3.0',
  fredoka: '5.3.0',
  handlee: '5.3.0',
  inconsolata: '5.3.0',
  'indie-flower': '5.3.0',
  inter: '5.3.0',
  'jetbrains-mono': '5.3.0',
  'josefin-sans': '5.3.0',
  kalam: '5.3.0',
  karla: '5.3.0',
  lato: '5.3.0',
  'libre-baskerville': '5.3.0',
  lora: '5.3.0',
  merriweather: '5.3.0',
  montserrat: '5.3.0',
  nunito: '5.3.0',
  'old-standard-tt': '5.3.0',
  'open-sans': '5.3.0',
  orbitron: '5.3.0',
  oswald: '5.3.0',
  overpass: '5.3.0',
  'patrick-hand': '5.3.0',
  'permanent-marker': '5.3.0',
  'playfair-display': '5.3.0',
  poppins: '5.3.0',
  'pt-sans': '5.3.0',
  'pt-serif': '5.3.0',
  quicksand: '5.3.0',
  raleway: '5.3.0',
  righteous: '5.3.0',
  roboto: '5.3.0',
  'roboto-slab': '5.3.0',
  rokkitt: '5.3.0',
  'source-sans-3': '5.3.1',
  'space-mono': '5.3.0',
  'special-elite': '5.3.0',
  'titillium-web': '5.3.0',
  'varela-round': '5.3.0',
  vollkorn: '5.3.0',
  'work-sans': '5.3.0',
  'zilla-slab': '5.3.0',
};
/** Of the fonts, ordered by the hash of their names: so many for the test, so many for validation, the others for
 *  training. */
const TEST_FONTS = 12;
const VALIDATION_FONTS = 6;
const LETTERS = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
const VARIANTS = 10;
/** Width and height of an image, and of the square in its middle that an undistorted letter fills, as for the
 *  digits. */
const SIZE = 28;
const BOX = 20;
/** Letters are drawn so many times larger; each pixel is the mean of the square it stands for. */
const ZOOM = 4;
/** Largest distortions: radians, share of the height that the top leans over, share of the size, pixels. The first
 *  variant of each letter has none. */
const MOST = { turn: 0.21, lean: 0.2, grow: 0.15, shift: 2 };

const folder = mkdtempSync(join(tmpdir(), 'letters-'));
try {
  const canvas = install();
  const fonts = Object.keys(FONTS)
    .map(name => ({ name, hash: createHash('sha256').update(name).digest('hex'), ...register(canvas, name) }))
    .sort((a, b) => (a.hash < b.hash ? -1 : 1));
  const splits = {
    test: fonts.slice(0, TEST_FONTS),
    validation: fonts.slice(TEST_FONTS, TEST_FONTS + VALIDATION_FONTS),
    training: fonts.slice(TEST_FONTS + VALIDATION_FONTS),
  };
  for (const [split, own] of Object.entries(splits)) {
    const images = own.flatMap(font => LETTERS.flatMap(letter => variantsOf(canvas, font, letter)));
    const labels = own.flatMap(() => LETTERS.flatMap((_, label) => Array.from({ length: VARIANTS }, () => label)));
    write(`${split}-images-idx3-ubyte.gz`, [images.length, SIZE, SIZE], Buffer.concat(images));
    write(`${split}-labels-idx1-ubyte.gz`, [labels.length], Uint8Array.from(labels));
  }
  writeFileSync(join(here, 'README.md'), readme(splits));
  const sheet = process.argv.indexOf('--sheet');
  if (sheet !== -1) drawSheet(canvas, splits, process.argv[sheet + 1]);
} finally {
  rmSync(folder, { recursive: true });
}

/** Puts the packages into the temporary folder, without running any of their programs, and loads the canvas. */
function install() {
  const fonts = Object.entries(FONTS).map(([name, version]) => [`@fontsource/${name}`, version]);
  const dependencies = { '@napi-rs/canvas': CANVAS, ...Object.fromEntries(fonts) };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  const options = { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' };
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], options);
  return createRequire(join(folder, 'package.json'))('@napi-rs/canvas');
}

/** Makes a font known to the canvas under its name. Returns whose it is and under which licence. */
function register({ GlobalFonts }, name) {
  const place = join(folder, 'node_modules', '@fontsource', name);
  const { license } = JSON.parse(readFileSync(join(place, 'metadata.json'), 'utf8'));
  if (!['OFL-1.1', 'Apache-2.0'].includes(license.type)) throw new Error(`${name} is under ${license.type}.`);
  if (!GlobalFonts.registerFromPath(join(place, 'files', `${name}-latin-400-normal.woff2`), name))
    throw new Error(`${name} can't be loaded.`);
  return { licence: license.type, holder: license.attribution };
}

/** The images of a letter: bytes 0 black to 255 white. */
function variantsOf({ createCanvas }, { name }, letter) {
  const side = SIZE * ZOOM;
  const canvas = createCanvas(side, side);
  const context = canvas.getContext('2d');
  return Array.from({ length: VARIANTS }, (_, variant) => {
    context.resetTransform();
    context.fillStyle = 'black';
    context.fillRect(0, 0, side, side);
    context.fillStyle = 'white';
    context.font = `${side}px "${name}"`;
    const box = context.measureText(letter);
    const left = -box.actualBoundingBoxLeft;
    const top = -box.actualBoundingBoxAscent;
    const width = box.actualBoundingBoxRight - left;
    const height = box.actualBoundingBoxDescent - top;
    if (!(width > 0 && height > 0)) throw new Error(`${name} has no ${letter}.`);
    const fitted = (BOX * ZOOM) / Math.max(width, height);
    const [turn, lean, growX, growY, right, down] = variant === 0 ? [0, 0, 0, 0, 0, 0] : draws(name, letter, variant);
    context.translate(side / 2 + right * MOST.shift * ZOOM, side / 2 + down * MOST.shift * ZOOM);
    context.rotate(turn * MOST.turn);
    context.transform(1, 0, lean * MOST.lean, 1, 0, 0);
    context.scale(fitted * (1 + growX * MOST.grow), fitted * (1 + growY * MOST.grow));
    context.fillText(letter, -left - width / 2, -top - height / 2);
    return shrink(context.getImageData(0, 0, side, side).data);
  });
}

/** Eight numbers from −1 to 1 that follow from the names. */
function draws(name, letter, variant) {
  const bytes = createHash('sha256').update(`${name} ${letter} ${variant}`).digest();
  return Array.from({ length: 8 }, (_, i) => (2 * bytes.readUInt32LE(4 * i)) / (2 ** 32 - 1) - 1);
}

/** Means of the squares of RGBA pixels that make one pixel. */
function shrink(pixels) {
  return Uint8Array.from({ length: SIZE * SIZE }, (_, at) => {
    const x = (at % SIZE) * ZOOM;
    const y = Math.floor(at / SIZE) * ZOOM;
    let sum = 0;
    for (let i = 0; i < ZOOM * ZOOM; i++)
      sum += pixels[4 * ((y + Math.floor(i / ZOOM)) * SIZE * ZOOM + x + (i % ZOOM))];
    return Math.round(sum / ZOOM ** 2);
  });
}

/** Writes an IDX file of bytes. Source: yann.lecun.com/exdb/mnist */
function write(file, shape, elements) {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, 8, shape.length]);
  shape.forEach((size, axis) => header.writeUInt32BE(size, 4 + 4 * axis));
  writeFileSync(join(here, file), gzipSync(Buffer.concat([header, elements]), { level: 9 }));
}

function readme(splits) {
  const count = own => (own.length * LETTERS.length * VARIANTS).toLocaleString('en-US');
  const kinds = Object.entries(splits).map(([split, own]) => `${count(own)} of ${own.length} fonts for ${split}`);
  const rows = Object.entries(splits).flatMap(([split, own]) =>
    own.map(({ name, licence, holder }) => {
      // Some name every file of the font; the first is enough to tell whose it is.
      const [owner] = holder.replaceAll('|', '/').split(/\s+(?=[\w-]+(?:\[[\w,]+\])?\.ttf:)/);
      return `| ${name} | ${FONTS[name]} | ${licence} | ${split} | ${owner} |`;
    }),
  );
  return `# Letters A–Z

Images of capitals, 28×28 grey bytes, white on black, in pairs of IDX files:
${kinds.join(', ')}.
Each letter of each font is there ${VARIANTS} times: once as it is, the others turned, slanted, stretched and moved a
little. All letters of a font are in one split: a network is judged by fonts it has never seen. A random split would
flatter it, because the same letter of the same font would be on both sides.

Made by [\`make_letters.mjs\`](make_letters.mjs), which writes this page too:
\`node assets/data/letters/make_letters.mjs\`. Which fonts are for what follows from a hash of their names, and was
fixed before anything was trained.

The images are made with these fonts, npm packages \`@fontsource/…\`; OFL-1.1 is the SIL Open Font License, which
leaves what is drawn with a font to whoever drew it. The images are under ConvSheet's own licence, MIT.

| font | version | licence | split | copyright |
|---|---|---|---|---|
${rows.join('\n')}
`;
}

/** Every letter of every font, a row for each font, with a gap between the splits. */
function drawSheet(library, splits, path) {
  const rows = Object.values(splits).flatMap(own => [...own, undefined]);
  const sheet = library.createCanvas(LETTERS.length * SIZE * 2, rows.length * SIZE);
  const context = sheet.getContext('2d');
  for (const [row, font] of rows.entries()) {
    if (!font) continue;
    for (const [column, letter] of LETTERS.entries()) {
      const variants = variantsOf(library, font, letter);
      for (const [i, bytes] of [variants[0], variants[1 + (row % (VARIANTS - 1))]].entries()) {
        const image = context.createImageData(SIZE, SIZE);
        for (const [at, byte] of bytes.entries()) image.data.set([byte, byte, byte, 255], 4 * at);
        context.putImageData(image, (2 * column + i) * SIZE, row * SIZE);
      }
    }
  }
  writeFileSync(path, sheet.toBuffer('image/png'));
}
