import sharp from 'sharp';
const [out, ...files] = process.argv.slice(2);
const W = 960, H = 600;
const cols = 2;
const rows = Math.ceil(files.length / cols);
const tiles = await Promise.all(files.map(async (f, i) => ({ input: await sharp(f).resize(W, H, { fit: 'contain', position: 'left top', background: '#888' }).png().toBuffer(), left: (i % cols) * (W + 6), top: Math.floor(i / cols) * (H + 6) })));
await sharp({ create: { width: cols * (W + 6), height: rows * (H + 6), channels: 3, background: '#f0f' } }).composite(tiles).png().toFile(out);
