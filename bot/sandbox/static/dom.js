// Building the page out of nodes. Text only ever becomes text nodes; nothing here takes markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element: `h("button", {class: "quiet", onclick}, "Words", node)`. `null` and `false` are left out. */
export function h(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** The same for drawings. */
export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "disabled") element[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...kept(children));
  return element;
}

/** Children without gaps, arrays opened. */
export function kept(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

/**
 * Show `items` in `container`, reusing the nodes of those that have not changed, so that focus, selection and
 * open menus outlive an update. `keyOf` names an item, `make` draws it.
 */
export function reconcile(container, items, keyOf, make) {
  const old = new Map([...container.children].map((node) => [node.dataset.key, node]));
  const nodes = items.map((item) => {
    const key = keyOf(item);
    const signature = JSON.stringify(item);
    const known = old.get(key);
    if (known?.signature === signature) return known;
    const node = make(item);
    node.dataset.key = key;
    node.signature = signature;
    if (known?.contains(document.activeElement)) queueMicrotask(() => refocus(node));
    return node;
  });
  const wanted = new Set(nodes);
  for (const node of [...container.children]) if (!wanted.has(node)) node.remove();
  nodes.forEach((node, index) => {
    if (container.children[index] !== node) container.insertBefore(node, container.children[index] ?? null);
  });
}

function refocus(node) {
  node.tabIndex = -1;
  node.focus({ preventScroll: true });
}
