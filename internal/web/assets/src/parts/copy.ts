// [data-copy] puts its value on the clipboard and says so to everybody.
import { announce } from "./live";

document.addEventListener("click", async (e) => {
  const button = (e.target as HTMLElement).closest<HTMLElement>("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy ?? "");
  } catch {
    select(button.parentElement?.querySelector(".copy-value"));
    return;
  }
  button.classList.add("copy-done");
  setTimeout(() => button.classList.remove("copy-done"), 2000);
  announce(document.getElementById("live")?.dataset.copied ?? "");
});

// Without the clipboard (plain HTTP on another host) the value is selected, so
// that the keyboard can copy it.
function select(el: Element | null | undefined) {
  if (!el) return;
  const range = document.createRange();
  range.selectNodeContents(el);
  const s = getSelection();
  s?.removeAllRanges();
  s?.addRange(range);
}
