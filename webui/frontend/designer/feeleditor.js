// The FEEL editor of bpmn.io's panel, in our colours: the panel has no other way to hand it an extension.
import FeelEditor from '@bpmn-io/feel-editor';

import { colours } from '../shared/colours.js';

export default class ColouredFeelEditor extends FeelEditor {
  constructor({ extensions = [], ...config }) {
    super({ ...config, extensions: [...extensions, colours] });
  }
}
