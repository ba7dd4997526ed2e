/** How large files may be, and messages. What a network may have at most is in network-limits.ts. */

const MiB = 2 ** 20;

/** The most that the archive of a .convsheet file may have. The archive's own list is checked before anything is
 *  unpacked, and the bytes again while they are unpacked. A zip file counts its bytes in 32 bits. */
export const ARCHIVE_LIMITS = { fileBytes: 4096 * MiB, contentBytes: 4096 * MiB, entries: 10_000 } as const;
/** The most bytes that an image file may have. */
export const MOST_IMAGE_BYTES = 128 * MiB;
/** The most bytes that a CSV table may have. */
export const MOST_TABLE_BYTES = 256 * MiB;
/** The most bytes that the images of a data set may take in memory. Its labels may take as many. */
export const MOST_DATA_BYTES = 2048 * MiB;
/** The most bytes that one message of a window may have. */
export const MOST_FRAME_BYTES = 256 * MiB;
/** The most bytes of a file that a window can send or receive in one message. */
export const MOST_FILE_BYTES = 255 * MiB;
