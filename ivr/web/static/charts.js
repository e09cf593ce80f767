// Draws the charts of a page from the JSON beside each, in the stylesheet's colours. Without it the tables say the same.
"use strict";
(() => {
  const drawn = [];
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const percent = { min: 0, max: 100, ticks: { callback: (value) => `${value} %` } };

  const axis = (more) => ({ beginAtZero: true, grid: { color: colour("edge") }, border: { color: colour("edge") }, ...more,
    ticks: { color: colour("muted"), precision: 0, ...more.ticks } });

  // A funnel or steps: each bar says its number, and its share of the first one.
  const bars = (data) => ({
    type: "bar",
    data: { labels: data.labels, datasets: data.series.map((each) => ({
      label: each.name, data: each.values, backgroundColor: colour(each.tone), borderRadius: 4, maxBarThickness: 26 })) },
    options: {
      indexAxis: "y",
      scales: { x: axis({}), y: axis({ grid: { display: false } }) },
      plugins: { legend: { display: data.series.length > 1, labels: { color: colour("ink") } },
        tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${item.formattedValue}, ${share(item.raw, item.dataset.data[0])}` } } },
    },
  });

  const lines = (data) => ({
    type: "line",
    data: { labels: data.labels.map((day) => day.slice(5)), datasets: data.series.map((each) => ({
      label: each.name, data: each.values, borderColor: colour(each.tone), backgroundColor: colour(each.tone), yAxisID: each.right ? "right" : "y",
      borderWidth: 2, borderDash: each.dashed ? [6, 4] : [], pointRadius: data.labels.length > 30 ? 0 : 3, spanGaps: false })) },
    options: {
      interaction: { mode: "index", intersect: false },
      scales: {
        x: axis({ grid: { display: false } }),
        y: axis(data.unit === "%" ? percent : { title: { display: data.unit !== "", text: data.unit, color: colour("muted") } }),
        ...(data.series.some((each) => each.right) && { right: axis({ ...percent, position: "right", grid: { drawOnChartArea: false } }) }),
      },
      plugins: { legend: { position: "bottom", labels: { color: colour("ink"), boxWidth: 14, boxHeight: 2 } } },
    },
  });

  const share = (part, whole) => (whole ? `${Math.round((100 * part) / whole)} % of the first` : "");

  const draw = () => {
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    for (const old of drawn.splice(0)) old.destroy();
    for (const box of document.querySelectorAll(".drawn")) {
      const data = JSON.parse(document.getElementById(`${box.id}-data`).textContent);
      const made = (data.kind === "bars" ? bars : lines)(data);
      Object.assign(made.options, { animation: false, responsive: true, maintainAspectRatio: false });
      box.hidden = false;
      box.classList.toggle("tall", data.kind === "bars" && data.labels.length > 8);
      drawn.push(new Chart(box.querySelector("canvas"), made));
    }
  };

  draw();
  dark.addEventListener("change", draw);
})();
