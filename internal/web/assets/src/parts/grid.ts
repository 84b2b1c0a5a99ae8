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

// A finer grid in [data-follows] shows what a row of another gives, until the box before
// it sets it apart; ticking in it sets it apart. Without script the server reads the box.
function follow(part: HTMLElement, changed: HTMLInputElement) {
  const own = part.querySelector<HTMLInputElement>("input[type=checkbox]");
  if (!own) return;
  const boxes = [...part.querySelectorAll<HTMLInputElement>("table input[type=checkbox]")];
  if (boxes.includes(changed)) own.checked = true;
  if (own.checked) return;
  for (const box of boxes) {
    const name = part.dataset.follows + box.name.split(".").pop();
    const lead = document.querySelector<HTMLInputElement>(`input[name="${name}"]`);
    if (lead) box.checked = lead.checked;
  }
}

document.addEventListener("change", (e) => {
  const box = e.target as HTMLInputElement;
  if (box.type !== "checkbox") return;
  for (const part of document.querySelectorAll<HTMLElement>("[data-follows]")) follow(part, box);
});
