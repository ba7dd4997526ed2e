/** Adds a bias [channels] to sums […,channels]. */
export function addBias(sums: Float64Array, bias: Float32Array): void {
  const channels = bias.length;
  for (let i = 0; i < sums.length; i += channels) {
    for (let channel = 0; channel < channels; channel++) sums[i + channel] += bias[channel];
  }
}
