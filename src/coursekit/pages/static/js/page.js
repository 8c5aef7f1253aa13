// The boot of an exported page: reads the page's data, opens the store, and gives each place its item.
// One script element of type application/json with the id "ck-data" holds { course, part, notebook, release, items: { ID: item, … },
// vocabulary }; each <section class="ck-host" data-ck="ID"> is given its item, data-ck="hand-in" the panel of the page's work.

/** The model of the panel: what Python is in a notebook. */
class PanelModel extends LocalModel {
  constructor(store, item, vocabulary, items) {
    super(store, item, vocabulary);
    this.items = items;
    store.onChange(() => this.trigger("change:desk"));
  }

  get(name) {
    if (name === "acts") return [];
    if (name !== "desk") return super.get(name);
    const gaps = Object.values(this.items).map((item) => ({ item: item.id, title: item.title,
      what: gap(item, this.store.acts.filter((act) => act.item === item.id)) }));
    return { name: this.store.name, gaps: gaps.filter(({ what }) => what) };
  }

  send(asked) {
    const { do: what, name, text } = asked;
    try {
      if (what === "hand-in") this.handIn(name);
      else if (what === "take-up") this.tell({ text: this.store.takeUp(text) });
      else if (what === "forget") {
        this.store.forget();
        this.tell({ text: "Your answers to this page are no longer in this browser." });
      } else if (what === "copy") {
        const { part, notebook } = this.store.place;
        download({ name: `${part}-${notebook}${ENDING}`, text: this.store.text });
      } else super.send(asked);
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      this.tell({ text: problem.message, problem: true });
    }
  }

  handIn(name) {
    const file = this.store.handIn(name);
    download(file);
    this.tell({ text: `Your answers were written to one file, ${file.name}, in the folder of your downloads. Send this file to your instructor.`, file });
  }

  tell(told) { this.trigger("msg:custom", { told }); }
}

const panelItem = (part) => (part === "exercise"
  ? { id: "hand-in", kind: "submit", title: "Hand in", hands_in: true,
    prompt: "One file holds all your answers to this exercise, every attempt included. You can read it in any text editor." }
  : { id: "hand-in", kind: "submit", title: "Take your work with you", hands_in: false,
    prompt: "What you did on this page can go with you, to another browser or into the notebook." });

function bootPage() {
  const source = document.getElementById("ck-data");
  if (!source) return;
  const data = JSON.parse(source.textContent);
  const shared = window.ckShared || {};
  const vocabulary = data.vocabulary || shared.codebook;
  const store = new Store(data);
  document.querySelectorAll(".ck-host[data-ck]").forEach((el) => {
    const id = el.getAttribute("data-ck");
    const isPanel = id === "hand-in";
    const item = isPanel ? panelItem(data.part) : data.items[id];
    if (item && item.kind === "roleplay") item.roleplay = item.roleplay || shared[`roleplays/${item.script}`];
    if (!item || (item.kind === "roleplay" && !item.roleplay)) return; // what stands there stays
    el.id = el.id || `ck-${id}`;
    render({ el, model: isPanel ? new PanelModel(store, item, vocabulary, data.items) : new LocalModel(store, item, vocabulary) });
  });
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", bootPage);
else bootPage();
