// `data_visualization`: pie, bar, line and area as drawings, each with its numbers as a table.

import { h, svg } from "./dom.js";

const WIDTH = 560;
const HEIGHT = 200;
const LEFT = 36;
const BOTTOM = 24;
const TOP = 8;

/** The block as a figure. */
export function chart(block) {
  const { chart: what, title } = block;
  const drawing = what.type === "pie" ? pie(what.segments) : grid(what);
  return h("figure", { class: "chart" }, h("figcaption", {}, title), drawing, table(what));
}

function pie(segments) {
  const total = segments.reduce((sum, one) => sum + one.value, 0);
  let from = 0;
  const slices = segments.map((segment, index) => {
    const share = segment.value / total;
    const drawn = slice(from, share, index);
    from += share;
    return drawn;
  });
  return h(
    "div",
    { class: "pie" },
    svg("svg", { viewBox: "-1 -1 2 2", width: 140, height: 140, "aria-hidden": "true" }, slices),
    legend(segments.map((one) => `${one.label} ${Math.round((100 * one.value) / total)} %`)),
  );
}

function slice(from, share, index) {
  if (share > 0.9999) return svg("circle", { r: 1, class: `series-${index}` });
  const [x, y] = at(from);
  const [endX, endY] = at(from + share);
  return svg("path", { d: `M0 0L${x} ${y}A1 1 0 ${share > 0.5 ? 1 : 0} 1 ${endX} ${endY}Z`, class: `series-${index}` });
}

function at(share) {
  const angle = 2 * Math.PI * share - Math.PI / 2;
  return [Math.cos(angle), Math.sin(angle)];
}

function grid({ type, series, axis_config: axis }) {
  const values = series.flatMap((one) => one.data.map((point) => point.value));
  const most = Math.max(1, ...values);
  const least = Math.min(0, ...values);
  const step = (WIDTH - LEFT) / axis.categories.length;
  const scale = {
    x: (index) => LEFT + step * (index + 0.5),
    y: (value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - least) / (most - least)),
    step,
  };
  const drawn = series.map((one, index) => {
    const points = axis.categories.map((category) => one.data.find((point) => point.label === category)?.value ?? 0);
    return type === "bar" ? bars(points, index, series.length, scale) : curve(points, index, type === "area", scale);
  });
  return h(
    "div",
    {},
    svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true", class: "plot" }, lines(least, most, scale), drawn,
      axis.categories.map((words, index) => label(words, scale.x(index), step))),
    series.length > 1 ? legend(series.map((one) => one.name)) : null,
  );
}

function lines(least, most, scale) {
  return [least, (least + most) / 2, most].map((value) => [
    svg("line", { x1: LEFT, x2: WIDTH, y1: scale.y(value), y2: scale.y(value), class: "rule" }),
    svg("text", { x: LEFT - 6, y: scale.y(value) + 4, "text-anchor": "end" }, short(value)),
  ]);
}

function label(words, x, step) {
  const room = Math.max(3, Math.floor(step / 7));
  return svg("text", { x, y: HEIGHT - 6, "text-anchor": "middle" }, words.length > room ? `${words.slice(0, room - 1)}…` : words);
}

function bars(points, index, count, { x, y, step }) {
  const width = (step * 0.7) / count;
  return points.map((value, position) =>
    svg("rect", {
      x: x(position) - (width * count) / 2 + width * index,
      y: Math.min(y(value), y(0)),
      width: Math.max(1, width - 2),
      height: Math.abs(y(value) - y(0)),
      rx: 2,
      class: `series-${index}`,
    }));
}

function curve(points, index, filled, { x, y }) {
  const path = points.map((value, position) => `${position ? "L" : "M"}${x(position)} ${y(value)}`).join("");
  const area = `${path}L${x(points.length - 1)} ${y(0)}L${x(0)} ${y(0)}Z`;
  return [
    filled ? svg("path", { d: area, class: `series-${index} area` }) : null,
    svg("path", { d: path, class: `series-${index} line` }),
  ];
}

function legend(names) {
  return h("ul", { class: "legend" }, names.map((name, index) => h("li", { class: `series-${index}` }, name)));
}

function table({ segments, series, axis_config: axis }) {
  const rows = segments
    ? segments.map((one) => [one.label, one.value])
    : axis.categories.map((category) => [
        category,
        ...series.map((one) => one.data.find((point) => point.label === category)?.value ?? ""),
      ]);
  const head = segments ? ["", "Value"] : ["", ...series.map((one) => one.name)];
  return h(
    "details",
    {},
    h("summary", {}, "Numbers"),
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, head.map((words) => h("th", {}, words)))),
      h("tbody", {}, rows.map(([first, ...rest]) => h("tr", {}, h("th", {}, first), rest.map((value) => h("td", {}, String(value)))))),
    ),
  );
}

function short(value) {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}
