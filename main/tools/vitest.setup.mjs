import { ensureBuilt } from './build.mjs';

/** Tests run the sources, except for the kernels, which no test runner can compile, and what a second thread runs,
 *  which none transforms. */
export const setup = () => ensureBuilt(['kernels', 'partner']);
