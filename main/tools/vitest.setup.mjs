import { ensureBuilt } from './build.mjs';

/** Tests run the sources. These are built first: the kernels, which no test runner can compile; the program of the
 *  second thread, which isn't transformed there; and the programs that tests start. */
export const setup = () => ensureBuilt(['cli', 'engine', 'server']);
