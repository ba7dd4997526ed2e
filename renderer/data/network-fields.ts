import { type DataChoice, type DataSource, MOST_SIDE } from '../../shared/data.ts';
import { setLayer } from '../../shared/layer-edits/edits.ts';
import { buildSheet } from '../../shared/layout/sheet.ts';
import { messages } from '../../shared/messages.ts';
import type { NetworkSpec } from '../../shared/network.ts';
import { networkTemplates, type TemplateName, templateNames, templateSize } from '../../shared/templates.ts';
import { UserError } from '../../shared/errors.ts';
import { element } from '../core/element.ts';
import { sentenceOf } from '../core/sentence-of.ts';

/** The network that shall take the images: the open one, with another input if the images' size says so, or a fresh
 *  one. */
export type ChosenNetwork = 'open' | TemplateName;

/** What images of one's own become, if nothing else is chosen: small enough to train in minutes, in colour. */
const OWN_SHAPE: DataChoice['shape'] = [64, 64, 3];
/** The lesson's workbook has numbers of its own, so it can't take other images. */
const OFFERED = templateNames.filter(name => name !== 'lesson-excel');

/** The open network with another input. Its other layers stay. */
export function withInput(network: NetworkSpec, shape: DataChoice['shape']): NetworkSpec {
  return setLayer(network, network.layers[0].id, { shape });
}

/** The fields for the network and the size and channels of its images. `open`: the open network. `changed` is called
 *  when one of them changes. */
export function createNetworkFields(
  open: NetworkSpec,
  initial: { network: ChosenNetwork; shape: DataChoice['shape']; source: DataSource['kind'] },
  changed: () => void,
) {
  const text = messages.views.data;
  let { network, source } = initial;
  let shape: DataChoice['shape'] = initial.network === 'open' ? initial.shape : freshShape(initial.network, source);
  /** Whether somebody chose a size. Then another network doesn't change it. */
  let isSized = false;

  const choice = element(
    'select',
    { class: 'field small', 'aria-label': text.network },
    ...(['open', ...OFFERED] as const).map(value => {
      const name = value === 'open' ? text.openNetwork : messages.menu.templates[value];
      return element('option', { value, selected: value === network }, name);
    }),
  );
  const side = (part: 0 | 1) => {
    const input = element('input', { type: 'number', class: 'field', min: 1, max: MOST_SIDE, step: 1, required: true });
    input.addEventListener('input', () => {
      const size = shape.slice() as DataChoice['shape'];
      size[part] = input.valueAsNumber;
      resized(size);
    });
    return input;
  };
  const [height, width] = [side(0), side(1)];
  const channels = element(
    'select',
    { class: 'field', 'aria-label': text.channels },
    ...([1, 3, 4] as const).map(value => element('option', { value }, messages.views.channels(value))),
  );
  channels.addEventListener('change', () => resized([shape[0], shape[1], Number(channels.value) as 1 | 3 | 4]));
  const help = element('p', { class: 'help', role: 'status' });
  const resized = (size: DataChoice['shape']) => {
    shape = size;
    isSized = true;
    show();
    changed();
  };
  choice.addEventListener('change', () => {
    network = choice.value as ChosenNetwork;
    if (!isSized) shape = network === 'open' ? initial.shape : freshShape(network, source);
    fill();
    changed();
  });
  const fill = () => {
    height.valueAsNumber = shape[0];
    width.valueAsNumber = shape[1];
    channels.value = String(shape[2]);
    show();
  };
  const show = () => {
    const same = shape.join() === initial.shape.join();
    help.textContent = text.networkHelp[network !== 'open' ? 'fresh' : same ? 'same' : 'resized'];
  };
  fill();

  return {
    root: element(
      'fieldset',
      {},
      element('legend', {}, text.input),
      element('label', { class: 'labelled' }, text.network, choice),
      element(
        'div',
        { class: 'number-row' },
        element('label', { class: 'labelled' }, text.height, height),
        element('label', { class: 'labelled' }, text.width, width),
        element('label', { class: 'labelled' }, text.channels, channels),
      ),
      help,
    ),
    get: () => ({ network, shape }),
    /** The images come from another kind of source now. */
    from(kind: DataSource['kind']) {
      source = kind;
      if (isSized || network === 'open') return;
      shape = freshShape(network, source);
      fill();
    },
    /** Why no such network can be made, as a sentence. */
    problem(): string | undefined {
      if (!height.checkValidity() || !width.checkValidity()) return text.sizeInvalid(MOST_SIDE);
      try {
        buildSheet(network === 'open' ? withInput(open, shape) : networkTemplates[network](shape, 2));
        return undefined;
      } catch (error) {
        if (error instanceof UserError) return sentenceOf(error);
        throw error;
      }
    },
  };
}

/** The images of a fresh network: those it comes with for data sets that come by name, or if they are in colour. */
function freshShape(template: TemplateName, source: DataSource['kind']): DataChoice['shape'] {
  const [height, width, channels] = templateSize(template).images;
  return source === 'named' || channels === 3 ? [height, width, channels as 1 | 3] : OWN_SHAPE;
}
