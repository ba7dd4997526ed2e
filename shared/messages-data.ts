/** Sentences about data sets and images. */
export const dataMessages = {
  /** What belongs somewhere. */
  expected: {
    share: 'a share from 0 to 0.9',
    side: 'a whole number from 1 to 1,024',
    channels: '1 (grey), 3 (RGB) or 4 (RGBA)',
    shift: 'a share from 0 to 0.5',
    rotate: 'degrees from 0 to 180',
    zoom: 'a share from 0 to 0.5',
    light: 'a share from 0 to 0.5',
  },
} as const;
