"use strict";
// What can be taken elsewhere: the text of a table, the sentence of a contest, and its picture.
(() => {
  const all = (query, root = document) => [...root.querySelectorAll(query)];
  const button = (parent, text, act) => {
    const element = document.createElement("button");
    element.type = "button";
    element.textContent = text;
    element.addEventListener("click", async () => {
      element.textContent = await act();
      setTimeout(() => { element.textContent = text; }, 1500);
    });
    parent.append(element);
    return element;
  };
  const copyText = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    return "Copied";
  };
  const save = (blob, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    return "Saved";
  };

  all("table.data:not(.facts)").forEach((table) => {
    const scroll = table.parentElement;
    if (!scroll.nextElementSibling?.classList.contains("tools")) scroll.after(document.createElement("p"));
    const tools = scroll.nextElementSibling;
    tools.className = "tools";
    const text = () => [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent.trim()).join("\t"));
    button(tools, "Copy", () => copyText(text().join("\n")));
  });

  // A picture needs nothing of the page: styles are written out, and shapes stand where they are used.
  const STYLES = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "font-size", "text-anchor"];
  const node = (tag, attributes, ...inner) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
    made.append(...inner);
    return made;
  };
  const alone = (element) => {
    const look = getComputedStyle(element);
    const styles = Object.fromEntries(STYLES.map((name) => [name, look.getPropertyValue(name)]));
    const value = (name) => element.getAttribute(name) ?? 0;
    if (element.tagName === "use") {
      const d = document.querySelector(value("href")).getAttribute("d");
      return node("path", { d, transform: `translate(${value("x")} ${value("y")})`, ...styles });
    }
    if (element.tagName === "path") return node("path", { d: value("d"), ...styles });
    return node("text", { x: value("x"), y: value("y"), ...styles }, element.textContent);
  };
  const heightOf = (element) => Number(element.getAttribute("y") ?? element.getAttribute("d").match(/^M[\d.]+ ([\d.]+)/)[1]);
  const WIDTH = 420;
  const EDGE = 16;
  const lines = (text, most) => text.split(" ").reduce((made, word) => {
    const last = made.length - 1;
    if (last >= 0 && made[last].length + word.length < most) made[last] += ` ${word}`;
    else made.push(word);
    return made;
  }, []);
  // The rows of one concurrency out of a forest, put down on its axis.
  const rowsOf = (svg, level) => {
    const marks = all("[data-t]", svg).filter((mark) => mark.dataset.t.includes(`, C = ${level}: `));
    const heights = marks.map(heightOf);
    const [first, last] = [Math.min(...heights) - 9, Math.max(...heights) + 9];
    const visible = all("path,use,text", svg).filter((element) => element.getAttribute("visibility") !== "hidden");
    const axis = visible.filter(({ dataset: { x } }) => x && x !== "interval" && x !== "words");
    const rows = visible.filter((element) => !axis.includes(element) && heightOf(element) > first && heightOf(element) < last);
    const foot = heightOf(axis.find(({ dataset }) => dataset.x === "axis"));
    const whole = svg.viewBox.baseVal;
    const top = foot - (last - first);
    return {
      shape: node("svg", { viewBox: `0 ${top} ${whole.width} ${whole.height - top}` },
        ...axis.map(alone), node("g", { transform: `translate(0 ${foot - last})` }, ...rows.map(alone))),
      height: ((WIDTH - 2 * EDGE) * (whole.height - top)) / whole.width,
    };
  };
  const picture = (svg, level, heading, sentence) => {
    const page = getComputedStyle(document.documentElement);
    const [ink, muted, surface] = ["--ink", "--muted", "--surface"].map((name) => page.getPropertyValue(name));
    const { shape, height } = rowsOf(svg, level);
    const words = lines(sentence, 62);
    const below = lines(`${svg.getAttribute("aria-label").split(". ")[0]}. ${document.querySelector(".where").textContent}`, 82);
    const top = EDGE + 22 + 17 * words.length;
    const high = top + height + 12 + 13 * below.length + EDGE / 2;
    const text = (words_, y, size, fill, weight) =>
      node("text", { x: EDGE, y, "font-size": size, fill, "font-weight": weight }, words_);
    Object.entries({ x: EDGE, y: top, width: WIDTH - 2 * EDGE, height }).forEach(([name, value]) => shape.setAttribute(name, value));
    const made = node("svg", {
      xmlns: "http://www.w3.org/2000/svg", width: WIDTH, height: high, viewBox: `0 0 ${WIDTH} ${high}`,
      "font-family": "'DejaVu Sans',Verdana,Geneva,sans-serif",
    }, node("rect", { width: WIDTH, height: high, fill: surface }), text(heading, EDGE + 12, 15, ink, 700),
    ...words.map((line, place) => text(line, EDGE + 33 + 17 * place, 12, ink, 400)), shape,
    ...below.map((line, place) => text(line, top + height + 14 + 13 * place, 9, muted, 400)));
    return { text: new XMLSerializer().serializeToString(made), width: WIDTH, height: high };
  };
  const asPng = async ({ text, width, height }) => {
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [2 * width, 2 * height];
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => { canvas.toBlob(done, "image/png"); });
  };
  all(".contest").forEach((contest) => {
    const { id, dataset: { c: level } } = contest;
    const section = contest.closest("section");
    const sentence = contest.querySelector(".said").textContent.trim();
    const heading = `${section.querySelector("h2").textContent}, ${level} worker${level === "1" ? "" : "s"}`;
    const svg = section.querySelector("[data-moves] svg.chart");
    const tools = document.createElement("span");
    tools.className = "take";
    contest.append(" ", tools);
    const named = (element, what) => element.setAttribute("aria-label", `${what} of ${heading}`);
    named(button(tools, "Copy", () => copyText(`${heading}: ${sentence}`)), "Copy the sentence");
    if (!svg || !all("[data-t]", svg).some((mark) => mark.dataset.t.includes(`, C = ${level}: `))) return;
    const drawn = () => picture(svg, level, heading, sentence);
    named(button(tools, "PNG", async () => {
      const blob = await asPng(drawn());
      try {
        await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
        return "Copied";
      } catch {
        return save(blob, `${id}.png`);
      }
    }), "Copy the picture");
    named(button(tools, "SVG", () => save(new Blob([drawn().text], { type: "image/svg+xml" }), `${id}.svg`)), "Save the picture");
  });
})();
