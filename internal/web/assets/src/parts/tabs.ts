// Tabs that do not fit scroll sideways; the current one is brought into sight.
for (const bar of document.querySelectorAll<HTMLElement>(".parts")) {
  const now = bar.querySelector<HTMLElement>("[aria-current]");
  if (now && bar.scrollWidth > bar.clientWidth) {
    bar.scrollLeft = now.offsetLeft - bar.offsetLeft - (bar.clientWidth - now.offsetWidth) / 2;
  }
}
