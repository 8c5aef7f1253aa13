// The course's extension of JupyterLab 4 and Notebook 7: a course notebook that is trusted runs its cells when it opens,
// and again when its kernel was restarted, so that a trainee never has to know what a cell is.
//
// A notebook is a course notebook when its metadata say so: {"coursekit": {"run_on_open": true}}.
// In one that is not trusted, and in one whose kernel is gone, nothing runs; a bar offers the one step that is left.
//
// Written by hand, without a build: the last lines are all that JupyterLab asks of a prebuilt extension
// (a module-federation container), and `take` fetches JupyterLab's own modules from what the pages share.
(() => {
  const HINT_TAG = "coursekit-hint"; // cells that say how to start by hand: not shown once the notebook is alive
  const MAX_FAILED_RUNS = 3; // a cell that kills its kernel must not do so for ever
  const LOST = ["restarting", "autorestarting", "dead", "terminating"];

  const TEXT = {
    untrusted: {
      say: "This page is not connected yet: nothing you do here is saved. "
        + "Connecting runs the code in the page, so do it only if the page comes from your course.",
      step: "Connect this page",
    },
    lost: {
      say: "This page has lost its connection: what you do now is not saved.",
      step: "Connect again",
    },
  };

  // The prose is set as large and as wide as the items, and larger where the reader has asked for it.
  // Folded code leaves no trace on the page ("View, Expand All Code" unfolds it), nor do the tools for moving cells.
  const STYLE = `
    .coursekit-page .jp-Cell-inputWrapper:has(.jp-InputPlaceholder),
    .coursekit-page .jp-CodeCell:has(.jp-InputPlaceholder):not(:has(.jp-OutputArea-child)),
    .coursekit-page .jp-cell-toolbar,
    .coursekit-alive .coursekit-hint { display: none !important; }
    .coursekit-page .jp-Cell:has(.jp-InputPlaceholder) .jp-OutputPrompt { visibility: hidden; }
    .coursekit-page .jp-MarkdownCell .jp-RenderedHTMLCommon {
      box-sizing: border-box; max-width: 46rem; font-size: max(1rem, var(--jp-content-font-size1)); line-height: 1.6;
    }
    .coursekit-bar {
      display: flex; flex-wrap: wrap; align-items: center; gap: 6px 16px; padding: 8px 16px;
      color: var(--jp-ui-font-color1); background: var(--jp-layout-color2);
      border-bottom: 2px solid var(--jp-brand-color1); font-size: var(--jp-ui-font-size1); line-height: 1.5;
    }
    .coursekit-bar p { flex: 1 1 20em; margin: 0; }
    .coursekit-bar button {
      padding: 6px 14px; border: 1px solid currentColor; border-radius: 4px; cursor: pointer;
      color: inherit; background: var(--jp-layout-color1); font: inherit; font-weight: 600;
    }
    .coursekit-bar button:focus-visible { outline: 3px solid var(--jp-brand-color1); outline-offset: 2px; }
  `;

  let shared; // what the pages share: name → version → { get }

  /** JupyterLab's own module of that name, in its newest version. */
  async function take(name) {
    const versions = Object.keys(shared[name] ?? {});
    if (!versions.length) throw new Error(`coursekit: this JupyterLab does not share ${name}`);
    versions.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
    return (await shared[name][versions.at(-1)].get())();
  }

  const settings = (model) => model?.getMetadata("coursekit");
  const codeCells = (panel) => panel.content.widgets.filter((cell) => cell.model.type === "code");
  const isTrusted = (panel) => !settings(panel.model).not_connected && codeCells(panel).every((cell) => cell.model.trusted);
  const tagged = (cell, tag) => (cell.model.getMetadata("tags") ?? []).includes(tag);

  /** Keeps the heights of the outputs for a moment, so that running them again moves nothing on the page. */
  function holdStill(cells) {
    const held = cells.map((cell) => cell.outputArea.node);
    held.forEach((node) => { node.style.minHeight = `${node.offsetHeight}px`; });
    return () => setTimeout(() => held.forEach((node) => { node.style.minHeight = ""; }), 1000);
  }

  /**
   * Runs the code cells from top to bottom, up to the first that fails, without touching focus, selection or scroll.
   * Returns whether the kernel lived to the end.
   */
  async function runCells(panel, CodeCell) {
    const cells = codeCells(panel).filter((cell) => cell.model.sharedModel.source.trim());
    const release = holdStill(cells);
    try {
      for (const cell of cells) {
        if (cell.model.executionState === "running") continue; // "Restart and run all" was chosen
        const reply = await CodeCell.execute(cell, panel.sessionContext);
        if (reply?.content.status === "error") break;
      }
      return true;
    } catch (fault) {
      console.warn("coursekit: the cells were not run to the end.", fault);
      return false;
    } finally {
      release();
    }
  }

  /**
   * Lets only the cells' text count as a change that is to be saved. Outputs are made anew at each opening and answers
   * are kept elsewhere, so no trainee is asked whether to save a lesson that she only read and played.
   */
  function ignoreOwnChanges(panel) {
    const text = () => JSON.stringify(Array.from(panel.model.cells, (cell) => [cell.type, cell.sharedModel.source]));
    let saved = text();
    const settle = () => {
      if (!panel.isDisposed && panel.model.dirty && text() === saved) panel.model.dirty = false;
    };
    panel.context.fileChanged.connect(() => { saved = text(); });
    panel.model.stateChanged.connect((_, { name }) => { if (name === "dirty") queueMicrotask(settle); });
    settle();
  }

  /** Widgets that were saved with the page are dead, and would say so until the cells have run. */
  function clearSavedWidgets(panel) {
    const isWidget = (output) => "application/vnd.jupyter.widget-view+json" in (output.data ?? {});
    codeCells(panel).map((cell) => cell.model.outputs)
      .filter((outputs) => outputs.toJSON().some(isWidget))
      .forEach((outputs) => outputs.clear());
  }

  /** The course's prose is for reading: a double click or Enter does not turn it into its source. */
  function keepRendered(panel) {
    const prose = panel.content.widgets.filter((cell) => cell.model.type === "markdown");
    prose.filter((cell) => cell.model.getMetadata("editable") === false).forEach((cell) => {
      cell.renderedChanged.connect((_, rendered) => {
        if (!rendered) queueMicrotask(() => { cell.rendered = true; });
      });
    });
  }

  function barNode({ say, step }, act) {
    const node = document.createElement("div");
    node.className = "coursekit-bar";
    node.setAttribute("role", "region");
    node.setAttribute("aria-label", "Connection of this page");
    const sentence = node.appendChild(document.createElement("p"));
    sentence.setAttribute("role", "status");
    sentence.textContent = say;
    const button = node.appendChild(document.createElement("button"));
    button.type = "button";
    button.textContent = step;
    button.dataset.lmSuppressShortcuts = "true";
    button.addEventListener("click", act);
    return node;
  }

  /** The bar above the notebook, with one sentence and one button: `show` puts it there, `remove` takes it away. */
  function makeBar(panel, Widget) {
    let bar = null;
    let shown = null;
    const remove = () => { bar?.dispose(); bar = shown = null; };
    const show = (text, act) => {
      if (shown === text) return;
      remove();
      const node = barNode(text, () => { remove(); act(); });
      bar = new Widget();
      shown = text;
      bar.node.appendChild(node);
      panel.contentHeader.addWidget(bar);
      new ResizeObserver(() => { // Lumino gives a widget the height that its style asks for, and nothing for its text
        if (!bar) return;
        bar.node.style.minHeight = `${node.offsetHeight}px`;
        bar.fit();
        panel.contentHeader.fit();
      }).observe(node);
    };
    return { show, remove };
  }

  /** Runs a course notebook whenever its kernel is ready and has not run it yet. */
  function keepAlive(panel, { CodeCell, Widget }) {
    const session = panel.sessionContext;
    const bar = makeBar(panel, Widget);
    let due = true; // the kernel has not run these cells
    let failedRuns = 0;

    async function run() {
      due = false;
      panel.content.widgets.filter((cell) => tagged(cell, HINT_TAG)).forEach((cell) => cell.addClass(HINT_TAG));
      if (await runCells(panel, CodeCell)) {
        failedRuns = 0;
        panel.content.addClass("coursekit-alive");
      } else failedRuns += 1;
    }

    function lose() {
      due = true;
      panel.content.removeClass("coursekit-alive");
    }

    async function trustAndRun() {
      const { not_connected, ...rest } = settings(panel.model);
      panel.model.setMetadata("coursekit", rest);
      codeCells(panel).forEach((cell) => { cell.model.trusted = true; });
      panel.content.addClass("coursekit-page");
      await run();
      await panel.context.save(); // the server signs what is saved, and the next opening needs no step
    }

    function startKernel() {
      failedRuns = 0;
      session.changeKernel({ name: session.prevKernelName || "python3" });
    }

    function look() {
      if (panel.isDisposed) return;
      const status = session.session?.kernel?.status;
      if (!status || status === "dead") {
        bar.show(TEXT.lost, startKernel);
      } else if (due && status === "idle") {
        if (!isTrusted(panel)) bar.show(TEXT.untrusted, trustAndRun);
        else if (failedRuns < MAX_FAILED_RUNS) { bar.remove(); run(); } else bar.show(TEXT.lost, startKernel);
      }
    }

    panel.context.ready.then(async () => {
      if (!settings(panel.model)?.run_on_open) return;
      if (isTrusted(panel)) {
        panel.content.addClass("coursekit-page");
        clearSavedWidgets(panel);
      } else {
        // The server signs any notebook without outputs once it is saved, so that the page itself must remember.
        panel.model.setMetadata("coursekit", { ...settings(panel.model), not_connected: true });
      }
      ignoreOwnChanges(panel);
      keepRendered(panel);
      await session.ready;
      session.kernelChanged.connect(() => { lose(); look(); });
      session.statusChanged.connect((_, status) => {
        panel._autorestarting = true; // keeps JupyterLab from announcing in a dialog a restart that is mended at once
        if (LOST.includes(status)) lose();
        look();
      });
      look();
    });
  }

  async function makePlugin() {
    const [{ INotebookTracker }, { CodeCell }, { Widget }] = await Promise.all(
      ["@jupyterlab/notebook", "@jupyterlab/cells", "@lumino/widgets"].map(take),
    );
    // Asked for so that it is there first: whoever runs a cell before the widgets' manager listens gets a dead widget.
    const widgets = shared["@jupyter-widgets/base"] && (await take("@jupyter-widgets/base")).IJupyterWidgetRegistry;
    return {
      id: "coursekit:run-on-open",
      description: "Runs the course's trusted notebooks when they open and when their kernel was restarted.",
      autoStart: true,
      requires: [INotebookTracker],
      optional: widgets ? [widgets] : [],
      activate(_app, tracker) {
        document.head.appendChild(document.createElement("style")).textContent = STYLE;
        tracker.forEach((panel) => keepAlive(panel, { CodeCell, Widget }));
        tracker.widgetAdded.connect((_, panel) => keepAlive(panel, { CodeCell, Widget }));
      },
    };
  }

  const container = {
    init(scope) { shared = scope; },
    async get() {
      const plugin = await makePlugin();
      return () => ({ __esModule: true, default: [plugin] });
    },
  };
  (window._JUPYTERLAB ??= {}).coursekit = container;
})();
