// Forms: a double click posts once, unsaved input is not lost by accident, and
// after a refusal the summary of what is wrong has the focus.
const busy = new WeakSet<HTMLFormElement>();

document.addEventListener("submit", (e) => {
  const form = e.target as HTMLFormElement;
  clean(form);
  if (!("once" in form.dataset)) return;
  if (busy.has(form)) {
    e.preventDefault();
    e.stopImmediatePropagation();
    return;
  }
  busy.add(form);
  const button = (e as SubmitEvent).submitter;
  button?.setAttribute("aria-disabled", "true");
  button?.classList.add("btn-busy");
});

// A page that comes back from the history, or a part that was swapped, may be
// posted again.
function free() {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-once]")) busy.delete(form);
  for (const b of document.querySelectorAll(".btn-busy")) {
    b.classList.remove("btn-busy");
    b.removeAttribute("aria-disabled");
  }
}
window.addEventListener("pageshow", (e) => {
  if (e.persisted) free();
});
document.addEventListener("htmx:finally:request", free);

const dirty = new Set<HTMLFormElement>();
const clean = (form: HTMLFormElement) => dirty.delete(form);

document.addEventListener("input", (e) => {
  const form = (e.target as HTMLElement).closest<HTMLFormElement>("form[data-guard]");
  if (form) dirty.add(form);
});

window.addEventListener("beforeunload", (e) => {
  for (const form of dirty) if (form.isConnected) e.preventDefault();
});

function focusSummary() {
  document.querySelector<HTMLElement>("[data-focus]")?.focus();
}
document.addEventListener("htmx:after:swap", focusSummary);
focusSummary();

// A picked file, page size or theme that should act at once.
document.addEventListener("change", (e) => {
  const el = e.target as HTMLElement;
  if ("submit" in el.dataset) el.closest("form")?.requestSubmit();
});
