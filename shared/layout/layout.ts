import type { CellAddress, CellRange } from '../address.ts';
import type { LayerId, TensorId } from '../tensor.ts';

/** The same block again: `count` times, `pitch` rows (or columns) apart, `stride` elements further on in the tensor. */
export type Repeat = { count: number; pitch: number; stride: number };

/** A lattice of equally large blocks that show one tensor. Cell (r,c) of block (i…, j…) shows element offset +
 *  r*rowStride + c*columnStride + Σ i*down.stride + Σ j*across.stride and stands at
 *  row + r + Σ i*down.pitch, column + c + Σ j*across.pitch. Repeats stand from the outermost to the innermost; an outer
 *  pitch is at least the extent of what it repeats, so a cell belongs to at most one element. */
export type Region = {
  tensor: TensorId;
  row: number;
  column: number;
  height: number;
  width: number;
  offset: number;
  rowStride: number;
  columnStride: number;
  down: readonly Repeat[];
  across: readonly Repeat[];
};

/** What a band of columns is for: maps and vectors of activations, kernels (with their biases), or one column beside
 *  the softmax. */
type BandRole = 'pixels' | 'maps' | 'kernels' | 'vector';
/** A run of columns that belongs to one layer. `name` and `detail` are the caption in row 1: "conv1", "2 × 26×26 · 2
 *  kernels 3×3". */
export type Band = { layer: LayerId; role: BandRole; column: number; width: number; name: string; detail: string };
/** Text the sheet shows in a cell: captions, "map 1", "kernel 2", "bias", class names. */
export type Label = CellAddress & { text: string; kind: 'caption' | 'small' };

export type ElementIndex = { tensor: TensorId; index: number };

/** Where every tensor stands on the network's sheet. Built once for a network; cost follows the number of layers, never
 *  of cells. */
export interface Layout {
  readonly bands: readonly Band[];
  readonly regions: readonly Region[];
  /** One past the last used row and column. */
  readonly rows: number;
  readonly columns: number;
  /** What a cell shows, in constant time; undefined for blanks and labels. */
  elementAt(row: number, column: number): ElementIndex | undefined;
  /** Where an element stands, in constant time. */
  cellOf(tensor: TensorId, index: number): CellAddress;
  labelAt(row: number, column: number): Label | undefined;
  /** The labels inside a range; cost follows the range's blocks, not the sheet. */
  labelsIn(range: CellRange): Label[];
  /** The visible parts of blocks inside a range, each with the affine view of the tensor it shows. */
  blocksIn(range: CellRange): Block[];
}

/** An affine view of a tensor: element (r,c) is offset + r*rowStride + c*columnStride. */
export type TensorView = {
  tensor: TensorId;
  offset: number;
  height: number;
  width: number;
  rowStride: number;
  columnStride: number;
};
/** The part of one block that lies inside a range of cells: where, what, and the whole block it is part of. */
export type Block = CellRange & { view: TensorView; whole: CellRange; region: Region };
