// The FEEL editor of bpmn.io's panel with our colours and our typing: the panel has no other way to hand it these.
import FeelEditor from '@bpmn-io/feel-editor';

import { colours } from '../shared/colours.js';
import { typingOver } from '../shared/typing.js';

export default class OwnFeelEditor extends FeelEditor {
  constructor({ extensions = [], ...config }) {
    super({ ...config, extensions: [...extensions, typingOver, colours] });
  }
}
