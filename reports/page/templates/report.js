"use strict";
(() => {
  const all = (query, root = document) => [...root.querySelectorAll(query)];
  const byId = (id) => document.getElementById(id);
  const make = (tag, text, parent) => {
    const element = document.createElement(tag);
    element.textContent = text;
    if (tag === "button") element.type = "button";
    return parent.appendChild(element);
  };
  all(".js").forEach((element) => { element.hidden = false; });

  const choose = (id, show) => byId(id)?.addEventListener("change", (event) => show(event.target.value));
  const wanted = { w: "", c: "" };
  const filter = () => all("[data-w],[data-c]").forEach((element) => {
    const { w, c } = element.dataset;
    element.classList.toggle("off", Boolean((w && wanted.w && w !== wanted.w) || (c && wanted.c && c !== wanted.c)));
  });
  choose("workload", (name) => { wanted.w = name; filter(); });
  choose("level", (level) => { wanted.c = level; filter(); });

  byId("theme")?.addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme:dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });

  // A figure as tables show it: 1,234, 0.97× [0.95, 0.98], < 0.0001, 12.4 [12.1, 12.6] ms, 96 %.
  const FIGURE = /^(?:< )?(-?[\d.,]+)×?(?: \[[^\]]*\]| \([^)]*\))?(?: ([^\s\d]+))?$/;
  const UNITS = { ns: 1e-9, µs: 1e-6, ms: 1e-3, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, "%": 0.01 };
  const sort = (table, place, up) => {
    const value = (row) => {
      const text = row.cells[place]?.textContent.trim() ?? "";
      const [, figure, unit] = text.match(FIGURE) ?? [];
      return figure ? Number(figure.replaceAll(",", "")) * (UNITS[unit] ?? 1) : text;
    };
    const order = (a, b) => {
      const [x, y] = [value(a), value(b)];
      if (typeof x !== typeof y) return typeof x === "number" ? -1 : 1;
      const less = typeof x === "number" ? x - y : x.localeCompare(y);
      return up ? less : -less;
    };
    const body = table.tBodies[0];
    body.append(...[...body.rows].sort(order));
  };
  all("table.data").forEach((table) => {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, place) => {
      const text = head.textContent;
      head.textContent = "";
      make("button", text, head).addEventListener("click", () => {
        const up = head.ariaSort !== "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        sort(table, place, up);
      });
    });
  });

  // Marks speak on hover, and by arrow keys once their chart has the focus.
  const tip = byId("tip");
  let lit = null;
  const show = (mark) => {
    lit?.classList.remove("on");
    lit = mark;
    tip.hidden = !mark;
    if (!mark) return;
    mark.classList.add("on");
    tip.textContent = mark.dataset.t;
    const box = mark.getBoundingClientRect();
    const left = Math.min(Math.max(8, box.x + box.width / 2 - tip.offsetWidth / 2), innerWidth - tip.offsetWidth - 8);
    tip.style.left = `${left}px`;
    tip.style.top = `${box.y > tip.offsetHeight + 12 ? box.y - tip.offsetHeight - 8 : box.bottom + 8}px`;
  };
  document.addEventListener("pointerover", (event) => show(event.target.closest?.("svg.chart [data-t]") ?? null));
  document.addEventListener("scroll", () => show(null), { passive: true });
  all(".plot").forEach((plot) => {
    const shown = () => all("[data-t]:not([visibility=hidden])", plot);
    if (!shown().length) return;
    plot.tabIndex = 0;
    plot.setAttribute("role", "group");
    plot.setAttribute("aria-label", `${shown().length} marks, read them with the arrow keys`);
    let place = -1;
    plot.addEventListener("blur", () => { place = -1; show(null); });
    plot.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape") show(null);
      if (!step) return;
      event.preventDefault();
      const marks = shown();
      place = (place + step + marks.length) % marks.length;
      show(marks[place]);
    });
  });

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details:not([open])");
    closed.forEach((details) => { details.open = true; });
  });
  addEventListener("afterprint", () => closed.forEach((details) => { details.open = false; }));
})();
