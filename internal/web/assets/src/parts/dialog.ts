// Dialogs: a link with hx-target="#modal-body" fills the page's one dialog, which
// opens when its content arrives; [data-dialog] opens a dialog on the page.
// <dialog> itself keeps the focus inside and gives it back.
const modal = () => document.getElementById("modal") as HTMLDialogElement | null;

document.addEventListener("htmx:after:swap", () => {
  const m = modal();
  const body = document.getElementById("modal-body");
  if (m && body?.childElementCount && !m.open) show(m);
});

function show(d: HTMLDialogElement) {
  d.showModal();
  const first = d.querySelector<HTMLElement>("[autofocus], input:not([type=hidden]), select, textarea, .ask-actions .btn");
  first?.focus();
}

document.addEventListener("click", (e) => {
  const t = e.target as HTMLElement;
  const opener = t.closest<HTMLElement>("[data-dialog]");
  if (opener) {
    const d = document.getElementById(opener.dataset.dialog ?? "") as HTMLDialogElement | null;
    if (d) {
      e.preventDefault();
      show(d);
    }
    return;
  }
  const inside = t.closest<HTMLDialogElement>("dialog");
  if (!inside?.open) return;
  if (t === inside || t.closest("[data-dialog-close]")) {
    e.preventDefault();
    inside.close();
  }
});

document.addEventListener(
  "close",
  (e) => {
    if (e.target === modal()) document.getElementById("modal-body")?.replaceChildren();
  },
  true,
);
