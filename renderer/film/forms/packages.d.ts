/** The parts of packages without types that exports use. */
declare module 'gifenc' {
  export type Palette = number[][];
  export type Gif = {
    writeFrame(
      index: Uint8Array,
      width: number,
      height: number,
      options: {
        palette?: Palette;
        delay?: number;
        transparent?: boolean;
        transparentIndex?: number;
        dispose?: number;
      },
    ): void;
    finish(): void;
    bytes(): Uint8Array<ArrayBuffer>;
    bytesView(): Uint8Array<ArrayBuffer>;
  };
  export function GIFEncoder(): Gif;
  export function quantize(rgba: Uint8ClampedArray | Uint8Array, colours: number): Palette;
  export function applyPalette(rgba: Uint8ClampedArray | Uint8Array, palette: Palette): Uint8Array;
}

declare module 'fontkit' {
  export function create(bytes: Uint8Array): { hasGlyphForCodePoint(code: number): boolean };
}

declare module 'pdfkit' {
  type Part = { add(part: Part | (() => void)): Part; end(): void };
  type TextOptions = { width?: number; lineGap?: number; lineBreak?: boolean; align?: 'left' | 'right' };
  export class PDFDocument {
    constructor(options: object);
    page: { width: number; height: number; margins: { top: number; bottom: number; left: number; right: number } };
    x: number;
    y: number;
    outline: { addItem(title: string): unknown };
    on(event: 'data', callback: (chunk: Uint8Array) => void): this;
    on(event: 'end', callback: () => void): this;
    addPage(): this;
    bufferedPageRange(): { start: number; count: number };
    switchToPage(page: number): this;
    registerFont(name: string, bytes: Uint8Array): this;
    font(name: string): this;
    fontSize(size: number): this;
    fillColor(colour: string): this;
    text(text: string, x?: number, y?: number, options?: TextOptions): this;
    heightOfString(text: string, options?: TextOptions): number;
    image(bytes: ArrayBuffer, x: number, y: number, options: { width: number }): this;
    rect(x: number, y: number, width: number, height: number): this;
    lineWidth(width: number): this;
    stroke(colour: string): this;
    struct(type: string, options?: object | (() => void), children?: (() => void) | Part[]): Part;
    addStructure(part: Part): this;
    end(): void;
  }
}
