// "/" goes to the search box, unless the person is writing.
document.addEventListener("keydown", (e) => {
  if (e.key !== "/" || e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
  const at = document.activeElement as HTMLElement | null;
  if (at && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName))) return;
  if (document.querySelector("dialog[open]")) return;
  const box = document.querySelector<HTMLInputElement>("[data-search-key]");
  if (!box) return;
  e.preventDefault();
  box.focus();
  box.select();
});
