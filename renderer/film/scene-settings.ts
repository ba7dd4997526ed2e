/** The settings of the chosen scene. */
import { keptCaption, strangeBraces, typedCaption } from '../../shared/film/caption-cells.ts';
import { FILM_LIMITS, type FilmScene, type Transition, transitions } from '../../shared/film/storyboard.ts';
import { beginningOf, lengthOf } from '../../shared/film/timeline.ts';
import { number } from '../../shared/messages/format.ts';
import { messages, say } from '../../shared/messages.ts';
import type { Sentence } from '../../shared/messages/sentence.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import { destroyAll, element, iconButton, smallButton } from '../core/element.ts';
import type { Store, View } from '../core/store.ts';
import type { Board } from './board.ts';
import { createCameraFields } from './camera-fields.ts';
import { type Field, readNumber, row, selectField, textField } from './fields.ts';
import { createMotionFields } from './motion-fields.ts';
import { clock } from './clock.ts';
import type { Player } from './player.ts';
import type { SceneEdit } from './scene-parts.ts';
import { changeMark, changeScene, placeOf, removeMark, stretch } from './storyboard-edits.ts';

export function createSceneSettings(
  parent: Element,
  { store, board, player, addMark }: { store: Store; board: Board; player: Player; addMark: () => void },
): View {
  const text = messages.storyboardPanel;
  const label = sentences.storyboardPanel.labels;
  const title = element('span', { id: 'film-settings-title' });
  const when = element('small', {});
  const body = element('div', { class: 'film-settings-body', 'data-settled': true });
  const root = element(
    'section',
    { class: 'film-settings', 'aria-labelledby': title.id },
    element('h2', {}, title, when),
    body,
  );
  /** Rises when a field gets the keyboard: what is typed before and after are two steps. */
  let typing = 0;
  const begin = () => typing++;
  let fields: Field[] = [];
  /** What the fields that are there follow from. */
  let made = '';

  const scene = () => board.scene();
  const edit: SceneEdit = (patch, part) => change(label.change, patch, part);
  const change = (sentence: Sentence, patch: Partial<FilmScene>, part?: string) => {
    const { id } = scene() ?? {};
    if (id === undefined) return;
    player.pause();
    board.edit(sentence, now => changeScene(now, id, patch), part && `film ${id} ${part} ${typing}`);
  };

  function seconds(name: string, part: 'before' | 'after'): Field {
    const { most } = FILM_LIMITS.seconds;
    return textField({
      label: name,
      unit: text.secondsShort,
      begin,
      disabled: !board.mayEdit(),
      get: () => number(scene()?.[part] ?? 0),
      set(typed) {
        const value = readNumber(typed, 0, most);
        if (value === undefined) return text.problems.seconds(0, most);
        edit({ [part]: value }, part);
        return undefined;
      },
    });
  }

  function durationFields(): Field[] {
    const { least, most } = FILM_LIMITS.seconds;
    const kind = selectField({
      label: text.durationKind,
      disabled: !board.mayEdit(),
      choices: () => (['seconds', 'narration'] as const).map(value => ({ value, label: text.durations[value] })),
      get: () => (scene()?.duration === 'narration' ? 'narration' : 'seconds'),
      set(value) {
        const now = scene();
        if (!now) return;
        change(label.length, { duration: value === 'narration' ? 'narration' : lengthOf(board.get(), now) });
      },
    });
    const length = textField({
      label: text.duration,
      unit: text.secondsShort,
      begin,
      disabled: !board.mayEdit(),
      get: () => number(Number((scene() ? lengthOf(board.get(), scene()!) : 0).toFixed(2))),
      set(typed) {
        const value = readNumber(typed, least, most);
        const now = scene();
        if (value === undefined || !now) return text.problems.seconds(least, most);
        player.pause();
        board.edit(label.length, each => stretch(each, now.id, value), `film ${now.id} length ${typing}`);
        return undefined;
      },
    });
    return [kind, length];
  }

  function words(part: 'title' | 'notes', rows?: number): Field {
    return textField({
      label: text[part],
      rows,
      begin,
      most: FILM_LIMITS[part],
      disabled: !board.mayEdit(),
      get: () => scene()?.[part] ?? '',
      set(typed) {
        change(label[part], { [part]: typed }, part);
        return undefined;
      },
    });
  }

  /** Cells in braces have the addresses of now. */
  function captionField(): Field {
    const around = () => {
      const { sheet, sheets, written } = store.get();
      return { sheet, sheets, names: written.names };
    };
    return textField({
      label: text.caption,
      rows: 3,
      begin,
      most: FILM_LIMITS.caption,
      placeholder: text.captionHint,
      disabled: !board.mayEdit(),
      get: () => typedCaption(around(), scene()?.caption ?? ''),
      set(typed) {
        const caption = keptCaption(around(), typed);
        if (caption.length > FILM_LIMITS.caption) return text.problems.captionCells;
        change(label.caption, { caption }, 'caption');
        const strange = strangeBraces(caption);
        return strange && say(strange);
      },
    });
  }

  function markRow({ name }: FilmScene['marks'][number], at: number): { fields: Field[]; root: HTMLElement } {
    const own = () => scene()?.marks[at];
    const named = textField({
      label: text.markName,
      begin,
      most: FILM_LIMITS.title,
      disabled: !board.mayEdit(),
      get: () => own()?.name ?? '',
      set(typed) {
        const [now, mark] = [scene(), own()];
        if (!now || !mark) return undefined;
        if (typed.trim() === '') return text.problems.markName;
        if (now.marks.some((each, place) => place !== at && each.name === typed)) return text.problems.markTaken(typed);
        change(label.mark, changeMark(now, mark.name, { name: typed }), `mark ${at}`);
        return undefined;
      },
    });
    const when = textField({
      label: text.markTime(name),
      unit: text.secondsShort,
      begin,
      disabled: !board.mayEdit(),
      get: () => number(own()?.at ?? 0),
      set(typed) {
        const [now, mark] = [scene(), own()];
        if (!now || !mark) return undefined;
        const { most } = FILM_LIMITS.seconds;
        const value = readNumber(typed, 0, most);
        if (value === undefined) return text.problems.seconds(0, most);
        change(label.mark, changeMark(now, mark.name, { at: value }), `mark time ${at}`);
        return undefined;
      },
    });
    const remove = iconButton('close', text.removeMark(name), () => {
      const now = scene();
      if (now) change(label.removeMark, removeMark(now, own()?.name ?? name));
    });
    remove.disabled = !board.mayEdit();
    return {
      fields: [named, when],
      root: element('li', { class: 'film-mark-row' }, named.root, when.root, remove),
    };
  }

  function build(): void {
    const now = scene();
    fields = [];
    if (!now) {
      body.replaceChildren(element('p', { class: 'remark' }, text.noScene));
      return;
    }
    const add = (field: Field): HTMLElement => {
      fields.push(field);
      return field.root;
    };
    const needs = { store, board, edit, begin };
    const camera = createCameraFields(now.camera, needs);
    const motion = createMotionFields(now.motion, needs);
    const [kind, length] = durationFields();
    const marks = now.marks.map(markRow);
    for (const each of marks) fields.push(...each.fields);
    fields.push(...camera.fields, ...motion.fields);
    const begins = selectField({
      label: text.begins,
      disabled: !board.mayEdit(),
      choices: () => [
        { value: '', label: text.beginsBefore },
        ...(scene()?.marks ?? []).map(({ name }) => ({ value: name, label: text.beginsAt(name) })),
      ],
      get: () => scene()?.begins ?? '',
      set: value => change(label.change, { begins: value === '' ? undefined : value }),
    });
    const transition = selectField({
      label: text.transition,
      disabled: !board.mayEdit(),
      choices: () => transitions.map(value => ({ value, label: text.transitions[value] })),
      get: () => scene()?.transition ?? 'cut',
      set: value => change(label.transition, { transition: value as Transition }),
    });
    const another = smallButton(text.addMark, addMark);
    another.disabled = !board.mayEdit();
    body.replaceChildren(
      row(text.title, add(words('title'))),
      row(text.camera, ...camera.rows),
      row(text.motion, ...motion.rows),
      row(text.duration, element('div', { class: 'film-pair' }, add(kind), add(length))),
      row(
        text.beforeAfter,
        element('div', { class: 'film-pair' }, add(seconds(text.before, 'before')), add(seconds(text.after, 'after'))),
      ),
      ...(now.marks.length > 0 ? [row(text.begins, add(begins))] : []),
      row(text.transition, add(transition)),
      element('hr', {}),
      row(text.caption, add(captionField())),
      row(text.notes, add(words('notes', 3))),
      row(text.marks, element('ul', {}, ...marks.map(({ root: item }) => item)), another),
    );
  }

  const show = () => {
    if (!store.get().filming) return;
    const now = scene();
    const storyboard = board.get();
    const place = placeOf(storyboard, now?.id);
    title.textContent = now ? text.numbered(place + 1, now.title) : text.settings;
    const from = beginningOf(storyboard, Math.max(0, place));
    when.textContent = now ? text.fromTo(clock(from), clock(from + lengthOf(storyboard, now))) : '';
    const { sheet, runs, role } = store.get();
    const key = JSON.stringify([
      now?.id,
      now?.camera.kind,
      now?.camera.kind === 'maps' && now.camera.maps.length,
      now?.motion.kind,
      now?.marks.length,
      role,
      runs.length,
    ]);
    if (key !== made || sheet !== of) {
      [made, of] = [key, sheet];
      rebuild();
    } else for (const field of fields) field.update();
  };
  let of = store.get().sheet;
  /** Made anew, the fields keep the keyboard where it was. */
  const rebuild = () => {
    const controls = () => [...body.querySelectorAll<HTMLElement>('input, select, textarea, button')];
    const at = controls().indexOf(document.activeElement as HTMLElement);
    const { scrollTop } = body;
    build();
    body.scrollTop = scrollTop;
    if (at >= 0) controls()[Math.min(at, controls().length - 1)]?.focus();
  };
  parent.append(root);
  show();
  return destroyAll(root, [
    board.onChange(show),
    store.on(['filming', 'sheet', 'sheets', 'runs', 'active', 'selection'], show),
  ]);
}
