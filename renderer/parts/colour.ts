import { color } from 'd3';

/** [red, green, blue], whole numbers from 0 to 255. */
type Rgb = readonly [number, number, number];
type Lab = readonly [number, number, number];

/** The strength of the tint behind a parameter's number, and of a value that ReLU set to 0. */
const PARAMETER_TINT = 0.4;
const DROPPED_TINT = 0.34;

/** A colour scale as a table of 257 steps: step 0 for the lowest value, 128 for the middle, 256 for the highest. */
export type ColourTable = {
  /** Little-endian RGBA, as in ImageData. */
  pixels: Uint32Array;
  css: readonly string[];
  /** The ink for numbers on each colour: dark, or blue for parameters. Its contrast is at least 4.5 to 1 (WCAG). */
  ink: readonly string[];
  /** The ink for zeros and tiny numbers: as faint as that contrast allows. */
  faint: readonly string[];
};

/** The colour scales of a theme and palette. Diverging scales are symmetric around 0. */
export type Colours = {
  diverging: ColourTable;
  pixels: ColourTable;
  /** A diverging scale in pale colours: for parameters with numbers, and for values that ReLU set to 0. */
  parameter: ColourTable;
  dropped: ColourTable;
  /** From paper to the strongest positive colour, for values from 0 to 1. */
  probability: ColourTable;
  /** One colour, for numbers without heat. */
  plain: ColourTable;
};

/** The stops of the scales: evenly spaced CSS colours. `diverging`: from −1 over 0 to 1. `pixels`: from 0 to 1, for ink
 *  on paper; without them, pixels are as bright as their values. `faint`, `parameter`: the wanted inks of small numbers
 *  and of parameters. */
export type ColourStops = {
  diverging: readonly string[];
  pixels: readonly string[] | undefined;
  faint: string;
  parameter: string;
};

export function createColours(stops: ColourStops): Colours {
  const diverging = interpolate(stops.diverging);
  const paper = diverging[128];
  const [faint, blue] = [parse(stops.faint), parse(stops.parameter)];
  const inked = (colours: readonly Rgb[], ink?: Rgb) => table(colours, ink, ink ?? faint);
  const tinted = (strength: number) => diverging.map(colour => mix(paper, colour, strength));
  const even = (colour: (share: number) => Rgb) => Array.from({ length: 257 }, (_, i) => colour(i / 256));
  return {
    diverging: inked(diverging),
    pixels: inked(stops.pixels ? interpolate(stops.pixels) : even(grey)),
    parameter: inked(tinted(PARAMETER_TINT), blue),
    dropped: inked(tinted(DROPPED_TINT)),
    probability: inked(even(share => mix(paper, diverging[256], share))),
    plain: inked(even(() => paper)),
  };
}

/** The grey that screens show for a pixel's value. */
function grey(value: number): Rgb {
  const level = Math.round(255 * value);
  return [level, level, level];
}

/** 257 colours, evenly spaced in OKLab, so that half the value looks half as strong. */
function interpolate(stops: readonly string[]): Rgb[] {
  const labs = stops.map(stop => toLab(parse(stop)));
  return Array.from({ length: 257 }, (_, step) => {
    const at = (step / 256) * (stops.length - 1);
    const from = Math.min(stops.length - 2, Math.floor(at));
    // Uses the stops themselves, because the conversion to OKLab and back rounds.
    if (at === Math.round(at)) return parse(stops[at]);
    return toRgb(mixed(labs[from], labs[from + 1], at - from));
  });
}

function parse(css: string): Rgb {
  const { r, g, b } = color(css)!.rgb();
  return [Math.round(r), Math.round(g), Math.round(b)];
}

function mixed(a: Lab, b: Lab, share: number): Lab {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

function mix(a: Rgb, b: Rgb, share: number): Rgb {
  return mixed(a, b, share).map(Math.round) as unknown as Rgb;
}

/** The light that each level of a channel gives. The inks of one theme ask for it tens of thousands of times. */
const LIGHT = Float64Array.from({ length: 256 }, (_, level) =>
  level / 255 <= 0.04045 ? level / 255 / 12.92 : ((level / 255 + 0.055) / 1.055) ** 2.4,
);
const gamma = (light: number) =>
  Math.round(255 * Math.min(1, Math.max(0, light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055)));

/** The conversion to OKLab. Source of the coefficients: bottosson.github.io/posts/oklab */
function toLab(rgb: Rgb): Lab {
  const [r, g, b] = rgb.map(level => LIGHT[level]);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}
function toRgb([L, a, b]: Lab): Rgb {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    gamma(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

/** Relative luminance. Source: w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance([r, g, b]: Rgb): number {
  return 0.2126 * LIGHT[r] + 0.7152 * LIGHT[g] + 0.0722 * LIGHT[b];
}

/** The contrast of two colours. Source: w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(a: Rgb, b: Rgb): number {
  const [one, other] = [luminance(a) + 0.05, luminance(b) + 0.05];
  return one > other ? one / other : other / one;
}

/** The least contrast of text. Source: w3.org/TR/WCAG22/#contrast-minimum */
const LEAST_CONTRAST = 4.5;
const DARK: Rgb = [0x16, 0x1a, 0x21];
const WHITE: Rgb = [255, 255, 255];
/** On every colour, black or white has a contrast of at least 4.58 to 1. */
const BLACK: Rgb = [0, 0, 0];

/** Dark or white ink, whichever has more contrast on a colour. Black if neither has enough. */
function inkOn(colour: Rgb): Rgb {
  const better = contrast(colour, DARK) > contrast(colour, WHITE) ? DARK : WHITE;
  return contrast(colour, better) >= LEAST_CONTRAST ? better : BLACK;
}

/** The wanted ink, changed only as much as the contrast needs. */
function readable(colour: Rgb, wanted: Rgb): Rgb {
  const pole = inkOn(colour);
  for (let share = 0; share < 1; share += 0.25) {
    const ink = mix(wanted, pole, share);
    if (contrast(colour, ink) >= LEAST_CONTRAST) return ink;
  }
  return pole;
}

/** A CSS colour as in ImageData: little-endian RGBA. */
export function packedColour(css: string): number {
  return packed(parse(css));
}

const packed = ([r, g, b]: Rgb) => (0xff000000 | (b << 16) | (g << 8) | r) >>> 0;

const css = ([r, g, b]: Rgb) => `rgb(${r},${g},${b})`;

function table(colours: readonly Rgb[], ink: Rgb | undefined, faint: Rgb): ColourTable {
  return {
    pixels: Uint32Array.from(colours, packed),
    css: colours.map(css),
    ink: colours.map(colour => css(ink ? readable(colour, ink) : inkOn(colour))),
    faint: colours.map(colour => css(readable(colour, faint))),
  };
}
