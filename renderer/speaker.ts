/** The page of the speaker's window. It has no connection to the shell; it only hears the window that presents. */
import './language.ts';
import { speakerId } from '../shared/film/speaker.ts';
import { messages } from '../shared/messages.ts';
import { element } from './core/element.ts';
import { createSpeakerPage } from './film/speaker-page.ts';

const id = speakerId(location.hash);
if (id === undefined) document.body.append(element('p', { class: 'starting' }, messages.present.speaker.alone));
else createSpeakerPage(document.body, id);
