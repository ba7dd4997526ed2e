import { ensureBuilt } from './build.mjs';

/** Tests run the sources, except for the kernels, which no test runner can compile, for what a second thread runs,
 *  which none transforms, and for programs that tests start. */
export const setup = () => ensureBuilt(['cli', 'engine', 'server']);
