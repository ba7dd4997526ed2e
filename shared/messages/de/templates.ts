import type { Catalogue } from '../catalogue.ts';

export const templateMessages: Catalogue['templates'] = {
  about: {
    lesson3: 'die Lektion: zwei Kantenkernel, zwei weitere Kernel, Klassenwerte; 97 % der Testziffern',
    'lesson-excel': 'die Arbeitsmappe der Vorlesung mit ihren Kerneln und ihrer 7, ihre Fehler berichtigt',
    letters: 'der Film der Vorlesung: Kantenfilter, Filter von Kanten, eine Schablone je Buchstabe A bis Z',
    mlp: 'zwei verdeckte dichte Schichten, keine Faltungen',
    lenet: 'zwei Faltungen und zwei dichte Schichten, nach LeNet-5; 99 % der Testziffern',
    'mobile-tiny': 'Blöcke aus Filtern je Karte und 1×1-Faltungen, nach MobileNet',
    'resnet-tiny': 'drei Residualblöcke mit Batch-Normalisierung; 99 % der Testziffern',
    vgg16: 'VGG-16 für Farbbilder von 224×224, 138.357.544 Zufallsgewichte (2 GB Speicher)',
  },
  pictures: { menu: 'Netz für eigene Bilder…' },
  empty: {
    menu: 'Leeres Netz…',
    title: 'Leeres Netz',
    hint: 'Die Größe seiner Bilder. Schichten kommen dann im Bereich „Schichten“ dazu (Netz > Schichten bearbeiten).',
    make: 'Anlegen',
  },
  opened: {
    'lesson-excel':
      'Das ist die Arbeitsmappe der Vorlesung, ihre Fehler berichtigt: Die Kernelzelle AE12 ist 0 statt 0,0476; ' +
      'conv2 hat 24 Spalten statt 25, deren letzte eine leere Spalte las, und so ist der Pool 12×12; und statt einer ' +
      'Ausgabe gibt es zehn mit Bias und Softmax. Die Gewichte dieser Ausgaben sind an den Ziffern trainiert.',
    vgg16:
      'Die Gewichte dieses VGG-16 sind zufällig, jedes Mal dieselben. Gelernt hat es noch nichts. Jede Zahl lässt ' +
      'sich ansehen, ändern und trainieren.',
  },
};
