// A lookup field: type, and the address in data-lookup answers with options
// [{value, label, small}]. The pattern is the ARIA combobox with a listbox.
// Input methods are respected: nothing is asked while a word is being composed.
type Option = { value: string; label: string; small?: string };

const boxes = new WeakMap<HTMLElement, Lookup>();

class Lookup {
  private input: HTMLInputElement;
  private value: HTMLInputElement;
  private list: HTMLElement;
  private at = -1;
  private timer = 0;
  private asked = 0;
  private chosen: string; // the text that belongs to the value

  constructor(private root: HTMLElement) {
    this.input = root.querySelector<HTMLInputElement>("[role=combobox]")!;
    this.value = root.querySelector<HTMLInputElement>("input[type=hidden]")!;
    this.list = root.querySelector<HTMLElement>("[role=listbox]")!;
    this.input.autocomplete = "off";
    this.chosen = this.value.value ? this.input.value : "";
    this.input.addEventListener("input", (e) => {
      if (!(e as InputEvent).isComposing) this.later();
    });
    this.input.addEventListener("compositionend", () => this.later());
    this.input.addEventListener("keydown", (e) => this.key(e));
    this.input.addEventListener("click", () => void this.ask());
    this.input.addEventListener("blur", () => this.leave());
    // Whoever typed before this script arrived is answered too.
    if (document.activeElement === this.input && this.input.value !== this.chosen) this.later();
    this.list.addEventListener("mousedown", (e) => {
      e.preventDefault();
      const li = (e.target as HTMLElement).closest<HTMLElement>("[role=option]");
      if (li) this.choose(li);
    });
  }

  private later() {
    if (this.input.value !== this.chosen) this.value.value = "";
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), 150);
  }

  private async ask() {
    if (this.input.readOnly || this.input.disabled) return;
    const turn = ++this.asked;
    const url = new URL(this.root.dataset.lookup ?? "", location.href);
    url.searchParams.set("q", this.input.value === this.chosen ? "" : this.input.value);
    let options: Option[] = [];
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      options = (await answer.json()) as Option[];
    } catch {
      return;
    }
    if (turn === this.asked && document.activeElement === this.input) this.show(options);
  }

  private show(options: Option[]) {
    this.at = -1;
    this.list.replaceChildren(
      ...options.map((o, n) => {
        const li = document.createElement("li");
        li.id = `${this.list.id}-${n}`;
        li.setAttribute("role", "option");
        li.dataset.value = o.value;
        li.textContent = o.label;
        if (o.small) {
          const s = document.createElement("span");
          s.className = "cell-small";
          s.textContent = o.small;
          li.append(s);
        }
        li.dataset.label = o.label;
        return li;
      }),
    );
    if (!options.length) {
      const li = document.createElement("li");
      li.className = "lookup-none";
      li.setAttribute("role", "option");
      li.setAttribute("aria-disabled", "true");
      li.textContent = this.root.dataset.lookupNone ?? "";
      this.list.append(li);
    }
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.input.removeAttribute("aria-activedescendant");
  }

  private hide() {
    this.asked++;
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  private options() {
    return [...this.list.querySelectorAll<HTMLElement>("[role=option]:not([aria-disabled])")];
  }

  private key(e: KeyboardEvent) {
    if (e.isComposing) return;
    const all = this.options();
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      if (this.list.hidden) return void this.ask();
      if (all.length) this.move((this.at + (e.key === "ArrowDown" ? 1 : -1) + all.length) % all.length);
    } else if (e.key === "Enter" && !this.list.hidden && this.at >= 0) {
      e.preventDefault();
      this.choose(all[this.at]);
    } else if (e.key === "Escape" && !this.list.hidden) {
      e.preventDefault();
      e.stopPropagation();
      this.hide();
    }
  }

  private move(to: number) {
    this.at = to;
    this.options().forEach((li, n) => {
      li.setAttribute("aria-selected", String(n === to));
      if (n === to) {
        this.input.setAttribute("aria-activedescendant", li.id);
        li.scrollIntoView({ block: "nearest" });
      }
    });
  }

  private choose(li: HTMLElement) {
    this.value.value = li.dataset.value ?? "";
    this.input.value = this.chosen = li.dataset.label ?? "";
    this.hide();
    this.value.dispatchEvent(new Event("change", { bubbles: true }));
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
    clearTimeout(this.timer);
  }

  private leave() {
    this.hide();
    clearTimeout(this.timer);
    if (this.input.value === "") this.value.value = this.chosen = "";
  }
}

function attach() {
  for (const root of document.querySelectorAll<HTMLElement>("[data-lookup]")) {
    if (!boxes.has(root)) boxes.set(root, new Lookup(root));
  }
}
document.addEventListener("htmx:after:swap", attach);
attach();
