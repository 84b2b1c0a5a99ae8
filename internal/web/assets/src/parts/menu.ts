// Menus are <details data-menu>: close one when the person turns elsewhere.
const open = () => document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]");

document.addEventListener("click", (e) => {
  for (const d of open()) if (!d.contains(e.target as Node)) d.open = false;
});

document.addEventListener("focusin", (e) => {
  for (const d of open()) if (!d.contains(e.target as Node)) d.open = false;
});

document.addEventListener("keydown", (e) => {
  if (e.key !== "Escape") return;
  for (const d of open()) {
    const inside = d.contains(document.activeElement);
    d.open = false;
    if (inside) d.querySelector("summary")?.focus();
  }
});
