const READABLE = new Set('.png .jpg .jpeg .jpe .jfif .webp .gif .tif .tiff .avif'.split(' '));
const UNREADABLE = new Set(
  '.bmp .heic .heif .svg .ico .tga .psd .jp2 .jxl .pbm .pgm .ppm .pnm .dng .cr2 .nef'.split(' '),
);

/** A file name's extension, with its dot and in lower case, without what browsers leave behind it: "x.jpg_large",
 *  "y.jpg?itok=1", "z.jpg:orig". */
export function extensionOf(name: string): string {
  const plain = name.replace(/(\.\w{3,4})[?:][^./\\]*$/, '$1').replace(/(\.(?:jpe?g|png|webp|gif))_\w+$/i, '$1');
  return (/(?<=[^/\\])\.[^./\\]*$/.exec(plain)?.[0] ?? '').toLowerCase();
}

/** Whether it is an image's; not every one can be read. */
export const isImageExtension = (extension: string) => READABLE.has(extension) || UNREADABLE.has(extension);

/** Whether a file is called as images that can be read are. */
export const hasImageExtension = (name: string) => READABLE.has(extensionOf(name));
