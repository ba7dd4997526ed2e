/** The one channel between the page and the shell, both ways: frames of shared/rpc.ts. */
export const FRAME_CHANNEL = 'frame';
