/** The name of the one channel between page and shell. It carries the frames of shared/rpc.ts both ways. */
export const FRAME_CHANNEL = 'frame';
