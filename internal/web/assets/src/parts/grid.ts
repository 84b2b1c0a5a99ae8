// Ticks that follow one another: in a row of table[data-leads] every tick needs the
// first, so taking that one away takes the rest. The server settles it likewise.
document.addEventListener("change", (e) => {
  const row = (e.target as HTMLElement).closest<HTMLElement>("table[data-leads] tr");
  if (!row) return;
  const [first, ...rest] = row.querySelectorAll<HTMLInputElement>("input[type=checkbox]:enabled");
  if (e.target !== first) {
    if ((e.target as HTMLInputElement).checked) first.checked = true;
  } else if (!first.checked) {
    for (const box of rest) box.checked = false;
  }
});
