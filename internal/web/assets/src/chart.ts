// Bars for what a table beside them says in numbers. [data-bars] on a canvas holds the
// words and the values; the colours are those of the style sheet, in light and dark.
import { BarController, BarElement, CategoryScale, Chart, Legend, LinearScale, Tooltip } from "chart.js";

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Legend, Tooltip);

type Bars = { labels: string[]; series: { label: string; values: (number | null)[] }[] };

// colour gives a colour of the style sheet as it is now; light-dark() is settled only
// where it is used.
function colour(name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

// short cuts a name so that the bars keep more than half of the width.
function short(name: string, canvas: HTMLCanvasElement): string {
  const letters = [...name];
  const room = Math.max(6, Math.min(22, Math.floor(((canvas.parentElement?.clientWidth ?? 600) * 0.4) / 12)));
  return letters.length > room ? `${letters.slice(0, room - 1).join("")}…` : name;
}

function draw(canvas: HTMLCanvasElement) {
  Chart.getChart(canvas)?.destroy();
  const bars = JSON.parse(canvas.dataset.bars ?? "{}") as Bars;
  const ink = colour("--ink");
  const line = colour("--line");
  const fills = [colour("--ai"), colour("--warn")];
  new Chart(canvas, {
    type: "bar",
    data: {
      labels: bars.labels,
      datasets: bars.series.map((s, i) => ({
        label: s.label,
        data: s.values,
        backgroundColor: fills[i % fills.length],
        hoverBackgroundColor: fills[i % fills.length],
        borderRadius: 3,
        maxBarThickness: 14,
      })),
    },
    options: {
      indexAxis: "y",
      animation: false,
      maintainAspectRatio: false,
      scales: {
        x: { min: 0, suggestedMax: 100, ticks: { color: ink, callback: (v) => `${v}%` }, grid: { color: line }, border: { color: line } },
        y: { ticks: { color: ink, autoSkip: false, callback: (_, i) => short(bars.labels[i] ?? "", canvas) }, grid: { display: false }, border: { color: line } },
      },
      plugins: {
        legend: { position: "top", align: "start", labels: { color: ink, boxWidth: 12, boxHeight: 12 } },
        tooltip: { callbacks: { label: (c) => `${c.dataset.label}: ${c.parsed.x}%` } },
      },
    },
  });
}

function all() {
  for (const canvas of document.querySelectorAll<HTMLCanvasElement>("canvas[data-bars]")) draw(canvas);
}

all();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", all);
new MutationObserver(all).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
