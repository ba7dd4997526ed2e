import { contextBridge, ipcRenderer } from 'electron';
import type { Bridge } from '../../../shared/protocol.ts';
import { FRAME_CHANNEL } from './channel.ts';

/** All that the page gets of Electron: sending a frame and receiving frames. */
const bridge: Bridge = {
  post: frame => ipcRenderer.send(FRAME_CHANNEL, frame),
  onFrame: callback => {
    ipcRenderer.on(FRAME_CHANNEL, (_event, frame: Uint8Array) => callback(frame));
  },
};

contextBridge.exposeInMainWorld('convsheet', bridge);
