const READABLE = new Set('.png .jpg .jpeg .jpe .jfif .webp .gif .tif .tiff .avif'.split(' '));
const UNREADABLE = new Set(
  '.bmp .heic .heif .svg .ico .tga .psd .jp2 .jxl .pbm .pgm .ppm .pnm .dng .cr2 .nef'.split(' '),
);

/** A file name's extension in lower case, with its dot. Suffixes that browsers add are removed: "x.jpg_large",
 *  "y.jpg?itok=1", "z.jpg:orig". */
export function extensionOf(name: string): string {
  const plain = name.replace(/(\.\w{3,4})[?:][^./\\]*$/, '$1').replace(/(\.(?:jpe?g|png|webp|gif))_\w+$/i, '$1');
  return (/(?<=[^/\\])\.[^./\\]*$/.exec(plain)?.[0] ?? '').toLowerCase();
}

/** Whether an extension belongs to images. Some of these can't be read. */
export const isImageExtension = (extension: string) => READABLE.has(extension) || UNREADABLE.has(extension);

/** Whether a file's name says that it is an image that can be read. */
export const hasImageExtension = (name: string) => READABLE.has(extensionOf(name));
