// What changes without the person's doing is read out: progress texts at most
// every ten seconds, everything else at once. Toasts can be sent away.
const said = new Map<string, { text: string; at: number }>();

export function announce(text: string) {
  const live = document.getElementById("live");
  if (live && text) live.textContent = text;
}

document.addEventListener("htmx:after:swap", () => {
  for (const el of document.querySelectorAll<HTMLElement>("[data-announce]")) {
    const key = el.dataset.announce ?? "";
    const text = el.textContent?.trim() ?? "";
    const last = said.get(key);
    if (!text || last?.text === text) continue;
    const running = el.closest("[aria-busy=true]");
    if (running && last && Date.now() - last.at < 10_000) continue;
    said.set(key, { text, at: Date.now() });
    announce(text);
  }
});

document.addEventListener("click", (e) => {
  (e.target as HTMLElement).closest("[data-toast-close]")?.closest(".toast-note")?.remove();
});

// A part that never arrives says so instead of turning for ever.
document.addEventListener("htmx:error", (e) => {
  const part = (e as CustomEvent).detail?.ctx?.sourceElement as HTMLElement | undefined;
  if (!part?.classList.contains("lazy")) return;
  part.removeAttribute("aria-busy");
  part.querySelector(".lazy-text")?.replaceChildren(part.dataset.failed ?? "");
});
