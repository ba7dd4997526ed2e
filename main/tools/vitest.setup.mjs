import { ensureBuilt } from './build.mjs';

/** Tests run the sources, except for the kernels, which no test runner can compile. */
export const setup = () => ensureBuilt(['kernels']);
