"use strict";
// Ratios stand on one baseline as the page is written; this puts them on another. Texts and axes come with the page.
(() => {
  const all = (query, root = document) => [...root.querySelectorAll(query)];
  const moves = JSON.parse(document.getElementById("moves").textContent);
  const SIGNS = { faster: "▲", slower: "▼", equivalent: "=", inconclusive: "?" };
  const ROUND = { faster: "slower", slower: "faster" };
  // The ratios are those of the CSV that is linked below each forest, one line for each pair, here also turned round.
  const pairs = new Map();
  const read = () => all("[data-moves]").forEach((figure) => {
    const { w } = figure.closest("[data-w]").dataset;
    const [, csv] = figure.querySelector("a[download]").href.match(/,(.*)/);
    decodeURIComponent(csv).trim().split("\n").slice(1).forEach((line) => {
      const [c, runner, base, ratio, low, high, verdict, ...rest] = line.split(",");
      pairs.set([w, c, base, runner].join("|"), [+ratio, +low, +high, verdict, ...rest]);
      pairs.set([w, c, runner, base].join("|"), [1 / ratio, +high && 1 / high, +low && 1 / low, ROUND[verdict] ?? verdict, ...rest]);
    });
  });
  const shown = (value) => {
    if (value >= 99.95) return Math.round(value).toLocaleString("en-US");
    return value.toFixed(value >= 9.995 ? 1 : value >= 0.9995 ? 2 : 2 - Math.floor(Math.log10(value)));
  };
  const pairOf = (w, c, base, runner) => {
    const found = pairs.get([w, c, base, runner].join("|"));
    if (!found) return null;
    const [ratio, low, high, verdict, p, count] = found;
    const blocks = count === "1" ? "one block" : `${count} blocks`;
    const value = shown(ratio);
    const interval = low ? `[${shown(low)}, ${shown(high)}]` : `(${blocks}, no interval)`;
    const short = low ? `${SIGNS[verdict] ?? ""} ${value} ${interval}`.trim() : `${value} (${blocks})`;
    const judged = SIGNS[verdict] ? `, ${verdict}` : "";
    const sure = p ? (p < 1e-4 ? "< 0.0001" : Number(p).toFixed(4)) : (count === "1" ? blocks : `${blocks}, no interval`);
    return { ratio, low, high, value, interval, short, verdict, p: sure, said: `${value}× ${interval} ${base}${judged}` };
  };
  const cells = new Map(all(".heat td[data-r]").map((cell) => {
    const { w, c } = cell.parentNode.dataset;
    return [[w, c, cell.dataset.r].join("|"), cell];
  }));
  const whyNot = (w, c, base) => {
    const cell = cells.get([w, c, base].join("|"));
    return cell?.classList.contains("empty") ? `no ${base} here: ${cell.textContent}` : "no block in common";
  };
  const moveHeat = (base) => cells.forEach((cell) => {
    const { r, rate } = cell.dataset;
    if (!rate) return;
    const { w, c } = cell.parentNode.dataset;
    const pair = pairOf(w, c, base, r);
    const kept = ["lead", "sole"].filter((name) => cell.classList.contains(name));
    const [ratio, ci, v] = [".ratio", ".ci", ".v"].map((name) => cell.querySelector(name));
    const mark = ratio.querySelector(".mark");
    const show = (text, interval, words, ...kinds) => {
      ratio.replaceChildren(...(mark ? [mark, " "] : []), text);
      ci.textContent = interval;
      v.textContent = words;
      cell.className = [...kinds, ...kept].join(" ");
    };
    if (r === base) { show("1×", "baseline", rate, "baseline"); return; }
    if (!pair) { show(rate, "", whyNot(w, c, base), "unpaired"); return; }
    const size = 1 + [0.5, 1.5, 3.5].filter((bound) => Math.abs(Math.log2(pair.ratio)) >= bound).length;
    const tint = { faster: [`up${size}`], slower: [`down${size}`], equivalent: [] }[pair.verdict] ?? ["open"];
    show(`${pair.value}×`, pair.interval, pair.verdict, "ratio", ...tint);
  });
  const moveForest = (figure, w, base) => {
    const svg = figure.querySelector("svg.chart");
    if (!svg) return;
    const [low, high, ticks] = moves.axes[w][base];
    const part = (name) => all(`[data-x=${name}]`, svg);
    const [axis, grid] = [part("axis")[0], part("grid")[0]];
    const [left, foot, wide] = axis.getAttribute("d").match(/^M([\d.]+) ([\d.]+)h([\d.]+)/).slice(1).map(Number);
    const rise = grid.getAttribute("d").match(/v(-[\d.]+)/)[1];
    const at = (ratio) => (left + (wide * Math.log2(ratio / low)) / Math.log2(high / low)).toFixed(1);
    const up = (ratio) => `M${at(ratio)} ${foot}v${rise}`;
    grid.setAttribute("d", ticks.map(([ratio]) => up(ratio)).join(""));
    axis.setAttribute("d", `M${left} ${foot}h${wide}${ticks.map(([ratio]) => `M${at(ratio)} ${foot}v3`).join("")}`);
    part("one")[0].setAttribute("d", up(1));
    const [from, to] = [1 / (1 + moves.margin), 1 + moves.margin].map(at);
    part("band")[0].setAttribute("d", `M${from} ${foot}H${to}v${rise}H${from}z`);
    const [first, ...rest] = part("tick");
    rest.forEach((label) => label.remove());
    ticks.forEach(([ratio, name], place) => {
      const label = place ? first.parentNode.insertBefore(first.cloneNode(), first) : first;
      label.setAttribute("x", at(ratio));
      label.textContent = name;
    });
    part("title")[0].textContent = `times the throughput of ${base}`.slice(0, 36);
    const compared = [];
    const [intervals, words] = [part("interval"), part("words")];
    all("[data-t]", svg).forEach((mark, place) => {
      const [, r, c] = mark.dataset.t.match(/^(.*?), C = (\d+): /);
      const pair = pairOf(w, c, base, r);
      const y = mark.getAttribute("y");
      const [from, to] = pair?.low ? [at(pair.low), at(pair.high)] : [at(1), at(1)];
      intervals[place].setAttribute("d", `M${from} ${y}H${to}`);
      words[place].textContent = pair?.short ?? (r === base ? "baseline" : "not compared");
      mark.dataset.t = `${r}, C = ${c}: ${pair?.said ?? (r === base ? "the baseline" : whyNot(w, c, base))}`;
      mark.setAttribute("x", at(pair?.ratio ?? 1));
      mark.setAttribute("visibility", pair || r === base ? "visible" : "hidden");
      if (pair) compared.push([pair.ratio, mark.dataset.t]);
    });
    compared.sort(([one], [other]) => one - other);
    const ends = compared.length ? `Ratios to ${base}. Highest: ${compared.at(-1)[1]}. Lowest: ${compared[0][1]}.`
      : `Nothing was compared with ${base}.`;
    svg.setAttribute("aria-label", `Throughput relative to ${base}. ${ends}`);
  };
  const moveTable = (table, w, base) => [...table.tBodies[0].rows].forEach(({ cells: [level, runner, ...rest] }) => {
    const [c, r] = [level.textContent.replaceAll(",", ""), runner.textContent];
    const pair = pairOf(w, c, base, r);
    if (!cells.get([w, c, r].join("|"))?.dataset.rate) return;
    const texts = pair ? [`${pair.value}× ${pair.interval}`, pair.verdict, pair.p]
      : [r === base ? "the baseline" : whyNot(w, c, base), "", ""];
    rest.forEach((cell, place) => {
      cell.textContent = texts[place];
      cell.classList.toggle("e", !pair && r !== base && !place);
    });
  });
  document.getElementById("baseline").addEventListener("change", ({ target: { value: base } }) => {
    if (!pairs.size) read();
    all("[data-b]").forEach((element) => { element.hidden = element.dataset.b !== base; });
    all("[data-base]").forEach((element) => { element.textContent = base; });
    moveHeat(base);
    all("[data-moves]").forEach((figure) => {
      const { w } = figure.closest("[data-w]").dataset;
      moveForest(figure, w, base);
      moveTable(figure.querySelector("table"), w, base);
    });
  });
})();
