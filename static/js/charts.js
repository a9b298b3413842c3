// Bars drawn from the table that stands beneath them: the table is the truth, the picture a second look at it.
// <div data-chart="id of the table"></div>; each row carries data-url, and its number cells data-value.

const charts = [];

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function read(table) {
  const series = [...table.tHead.rows[0].cells]
    .map((cell, index) => ({ index, name: cell.textContent.trim(), look: cell.dataset.series }))
    .filter((cell) => cell.look);
  const rows = [...table.tBodies[0].rows].reverse().map((row) => ({
    name: row.cells[0].textContent.trim(),
    url: row.dataset.url,
    values: series.map(({ index }) => Number(row.cells[index].dataset.value)),
  }));
  return { series, rows };
}

function options({ series, rows }) {
  return {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: colour("--ink-soft") },
    grid: { left: 8, right: 28, top: 34, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, itemWidth: 12, itemHeight: 12, textStyle: { color: colour("--ink-soft") } },
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow" },
      backgroundColor: colour("--card"),
      borderColor: colour("--line"),
      textStyle: { color: colour("--ink") },
    },
    xAxis: { type: "value", minInterval: 1, axisLabel: { color: colour("--ink-faint") }, splitLine: { lineStyle: { color: colour("--line") } } },
    yAxis: {
      type: "category",
      data: rows.map((row) => row.name),
      axisLine: { lineStyle: { color: colour("--line-strong") } },
      axisTick: { show: false },
      axisLabel: { color: colour("--ink"), width: 170, overflow: "truncate" },
    },
    series: series.map(({ name, look }, place) => ({
      name,
      type: "bar",
      stack: "all",
      barMaxWidth: 22,
      itemStyle: { color: colour(look), borderColor: colour("--card"), borderWidth: 1, borderRadius: 3 },
      // Not told apart by colour alone.
      ...(place ? { itemStyle: { color: colour(look), decal: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [3, 4], rotation: -Math.PI / 4, color: colour("--card") } } } : {}),
      data: rows.map((row) => row.values[place] || null),
    })),
  };
}

function draw(place) {
  const data = read(document.getElementById(place.dataset.chart));
  place.classList.add("chart");
  place.style.height = `${4.5 + 2.1 * data.rows.length}rem`;
  const chart = window.echarts.init(place, null, { renderer: "svg" });
  chart.setOption(options(data));
  chart.on("click", ({ dataIndex }) => {
    const { url } = data.rows[dataIndex];
    if (url) window.location.assign(url);
  });
  charts.push([place, chart, data]);
}

for (const place of document.querySelectorAll("[data-chart]")) draw(place);
window.addEventListener("resize", () => charts.forEach(([, chart]) => chart.resize()));
new MutationObserver(() => charts.forEach(([, chart, data]) => chart.setOption(options(data), true))).observe(
  document.documentElement,
  { attributeFilter: ["data-bs-theme"] },
);
