// A task board whose cards can be dragged to another state. Dropping one sends the form
// the card has anyway; the answer, the board as it stands then, takes the board's place,
// so what was refused is back where it was, and the toast says why.
import Sortable from "sortablejs";

function start(board: HTMLElement) {
  if (board.dataset.ready) return;
  board.dataset.ready = "1";
  const lists = [...board.querySelectorAll<HTMLElement>(".board-column")].map((column) =>
    Sortable.create(column, {
      group: "board",
      sort: false, // a column has no order of its own
      draggable: ".board-card",
      filter: ".board-fixed, select, button, input, textarea",
      preventOnFilter: false,
      forceFallback: true, // the same by mouse and by finger
      fallbackOnBody: true,
      fallbackTolerance: 4,
      delay: 200,
      delayOnTouchOnly: true, // a finger that moves at once scrolls
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
      ghostClass: "board-ghost",
      dragClass: "board-drag",
      onEnd: (e) => {
        if (e.from === e.to) return;
        for (const l of lists) l.option("disabled", true);
        void move(board, e.item, e.to, () => e.from.insertBefore(e.item, e.from.children[e.oldIndex ?? -1] ?? null)).finally(() => {
          for (const l of lists) l.option("disabled", false);
        });
      },
    }),
  );
}

async function move(board: HTMLElement, card: HTMLElement, to: HTMLElement, undo: () => void) {
  const form = card.querySelector("form");
  const choice = form?.querySelector("select");
  if (!form || !choice) return undo();
  const before = choice.value;
  const refuse = (why: string) => {
    undo();
    card.removeAttribute("aria-busy");
    choice.value = before;
    const toast = document.createElement("div");
    toast.className = "toast-note toast-danger";
    toast.textContent = why;
    document.getElementById("toasts")?.replaceChildren(toast);
  };
  choice.value = to.dataset.status ?? before;
  card.setAttribute("aria-busy", "true");
  let answer: Document;
  try {
    const r = await fetch(form.action, { method: "POST", body: new URLSearchParams([...new FormData(form)] as [string, string][]) });
    answer = new DOMParser().parseFromString(await r.text(), "text/html");
  } catch {
    return refuse(board.dataset.failed ?? "");
  }
  const fresh = answer.querySelector<HTMLElement>(".board");
  const told = answer.querySelector<HTMLElement>(".toast-note");
  if (!fresh) return refuse(answer.querySelector("main h1")?.textContent ?? board.dataset.failed ?? "");
  const x = board.scrollLeft;
  board.replaceWith(fresh);
  fresh.scrollLeft = x;
  start(fresh);
  if (told) document.getElementById("toasts")?.replaceChildren(told);
}

for (const board of document.querySelectorAll<HTMLElement>(".board")) start(board);
document.addEventListener("htmx:after:swap", () => {
  for (const board of document.querySelectorAll<HTMLElement>(".board")) start(board);
});
