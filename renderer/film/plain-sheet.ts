import { buildSheet, type Sheet } from '../../shared/layout/sheet.ts';
import type { TensorInfo } from '../../shared/network.ts';

/** A sheet as plain data, for workers and for pages without the app. */
export type PlainSheet = Pick<Sheet, 'id' | 'network' | 'classes'> & { tensors: TensorInfo[] };

export const plainSheet = ({ id, network, classes, tensors }: Sheet): PlainSheet => ({
  id,
  network,
  classes,
  tensors: [...tensors.values()],
});

/** The sheet again, with everything that follows from it. */
export const sheetOf = ({ id, network, classes, tensors }: PlainSheet): Sheet => ({
  ...buildSheet(network, classes, tensors),
  id,
});
