// Several changes as one step that can be undone.

class StepHandler {
  preExecute(context) {
    context.made = context.run();
  }
}

class Steps {
  constructor(commandStack) {
    this._commandStack = commandStack;
    commandStack.registerHandler('idflow.steps', StepHandler);
  }

  /** Run what changes the diagram; return what `run` returns. */
  do(run) {
    const context = { run };
    this._commandStack.execute('idflow.steps', context);
    return context.made;
  }
}

Steps.$inject = ['commandStack'];

export default { __init__: ['steps'], steps: ['type', Steps] };
