/** What the starter networks are, and what is told when one is opened. */
export const templateMessages = {
  about: {
    lesson3: 'the lesson: two edge kernels, two more kernels, class scores; 97 % of the test digits',
    'lesson-excel': 'the workbook of the lecture with its own kernels and its own 7, its slips corrected',
    letters: 'the lecture’s film: edge filters, filters of edges, a template for each letter of A to Z',
    mlp: 'two hidden dense layers, no convolutions',
    lenet: 'two convolutions and two dense layers, after LeNet-5; 99 % of the test digits',
    'mobile-tiny': 'depthwise separable blocks, after MobileNet',
    'resnet-tiny': 'three residual blocks with batch normalisation; 99 % of the test digits',
    vgg16: 'VGG-16 for pictures of 224×224 in colour, 138,357,544 random weights (2 GB of memory)',
  },
  pictures: { menu: 'Network for your own pictures…' },
  empty: {
    menu: 'Empty network…',
    title: 'Empty network',
    hint: 'The size of its images. Layers are then added in the layer pane (Network > Edit layers).',
    make: 'Make it',
  },
  /** Told when the template is opened. */
  opened: {
    'lesson-excel':
      'This is the lecture’s workbook with its slips corrected: kernel cell AE12 is 0 instead of 0.0476; conv2 has ' +
      '24 columns instead of 25, the last of which read an empty column, so the pool is 12×12; and there are ten ' +
      'outputs with biases and softmax instead of one. The weights of those outputs were trained on the digits.',
    vgg16:
      'The weights of this VGG-16 are random, the same each time. It has learned nothing yet. Every number can be ' +
      'looked at, changed and trained.',
  },
} as const;
