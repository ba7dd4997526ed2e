/** Encodes a GIF beside the window. It answers every message with the bytes so far. */
import { createGifEncoder, type GifEncoder } from './gif-encoder.ts';

export type ToGif =
  | { kind: 'begin'; width: number; height: number }
  | { kind: 'scene'; samples: Uint8ClampedArray }
  | { kind: 'frame'; rgba?: Uint8ClampedArray; hundredths: number }
  | { kind: 'flush' }
  | { kind: 'end' };
export type FromGif = { size: number; bytes?: Uint8Array<ArrayBuffer> };

let encoder: GifEncoder;

addEventListener('message', ({ data }: MessageEvent<ToGif>) => {
  let answer: FromGif | undefined;
  if (data.kind === 'begin') encoder = createGifEncoder(data.width, data.height);
  else if (data.kind === 'scene') encoder.scene(data.samples);
  else if (data.kind === 'frame') encoder.frame(data.rgba, data.hundredths);
  else if (data.kind === 'flush') encoder.flush();
  else {
    const bytes = encoder.finish();
    answer = { size: bytes.length, bytes };
  }
  postMessage(answer ?? { size: encoder.size() }, { transfer: answer?.bytes ? [answer.bytes.buffer] : [] });
});
