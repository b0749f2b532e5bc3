import { FormEditor } from '@bpmn-io/form-js-editor';
import './builder.css';

export default FormEditor;
