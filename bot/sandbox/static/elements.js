// Block Kit's elements as ordinary form controls.
//
// `control(element, held, names)` gives `{node, focus, read}`: `held` is the element's entry in `state.values`, `read()`
// what `bot.sandbox.filling.held_value` takes.

import { h } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";

/** Words of a text object, unformatted. */
export function words(text) {
  return text?.text ?? "";
}

/** Elements that hold a value; the others are pressed. */
export function holdsValue(element) {
  return element.type in CONTROLS;
}

/** A control for an element; `attributes` go to the field itself (id, aria-…). */
export function control(element, held, names, attributes = {}) {
  return CONTROLS[element.type](element, held ?? {}, names, attributes);
}

function typed(kind, of = (held) => held.value) {
  return (element, held, names, attributes) => {
    const multiline = element.multiline || element.type === "rich_text_input";
    const node = h(multiline ? "textarea" : "input", {
      type: multiline ? null : kind,
      placeholder: words(element.placeholder) || null,
      maxlength: element.max_length,
      rows: multiline ? 3 : null,
      inputmode: element.type === "number_input" ? "decimal" : null,
      value: of(held) ?? "",
      ...attributes,
    });
    return { node, focus: node, read: () => node.value };
  };
}

function chosen(entries, now) {
  return (element, held, names, attributes) => {
    const selected = now(held);
    const node = h(
      "select",
      attributes,
      h("option", { value: "" }, words(element.placeholder) || "Choose…"),
      entries(element, names).map((entry) => option(entry, selected)),
    );
    node.value = selected ?? "";
    return { node, focus: node, read: () => node.value || null };
  };
}

function option(entry, selected) {
  if (entry.group) return h("optgroup", { label: entry.group }, entry.entries.map((one) => option(one, selected)));
  return h("option", { value: entry.value }, entry.label);
}

/** Several of many: check boxes, which need neither a drag nor a held key. `type` radio makes it one of many. */
function ticked(entries, now, type = "checkbox") {
  return (element, held, names, attributes) => {
    const selected = new Set(now(held));
    const group = `choice-${crypto.randomUUID()}`;
    const boxes = [];
    const node = h(
      "div",
      { class: "choices", role: type === "radio" ? "radiogroup" : "group", ...attributes },
      entries(element, names).flatMap((entry) => (entry.group ? entry.entries : [entry])).map((entry) => {
        const box = h("input", { type, name: group, value: entry.value, checked: selected.has(entry.value) });
        boxes.push(box);
        return h("label", {}, box, h("span", {}, entry.rich ? mrkdwn(entry.rich, names) : entry.label,
          entry.more ? h("small", {}, entry.more) : null));
      }),
    );
    const values = () => boxes.filter((box) => box.checked).map((box) => box.value);
    return { node, focus: boxes[0], read: type === "radio" ? () => values()[0] ?? null : values };
  };
}

function optionsOf(element) {
  const one = (given) => ({
    value: given.value,
    label: words(given.text),
    rich: given.text.type === "mrkdwn" ? given.text.text : null,
    more: words(given.description),
  });
  if (!element.option_groups) return (element.options ?? []).map(one);
  return element.option_groups.map((group) => ({ group: words(group.label), entries: group.options.map(one) }));
}

function everybody(_element, names) {
  return [...names.people.values()]
    .filter((person) => !person.deleted && !person.is_bot)
    .map((person) => ({ value: person.id, label: `${person.real_name} (@${person.name})` }));
}

function everywhere(_element, names) {
  return [...names.channels.values()].map((channel) => ({ value: channel.id, label: `#${channel.name}` }));
}

function localMoment(held) {
  if (!held.selected_date_time) return "";
  const date = new Date(held.selected_date_time * 1000);
  return new Date(date - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function momentPicker(...given) {
  const made = typed("datetime-local", localMoment)(...given);
  return { ...made, read: () => (made.node.value ? Math.floor(new Date(made.node.value) / 1000) : null) };
}

function richTextInput(...given) {
  const plain = (held) => (held.rich_text_value?.elements ?? []).flatMap((part) => part.elements ?? []).map(words).join("");
  const made = typed("text", plain)(...given);
  const section = (text) => ({ type: "rich_text_section", elements: [{ type: "text", text }] });
  return { ...made, read: () => (made.node.value ? { type: "rich_text", elements: [section(made.node.value)] } : null) };
}

const value = (held) => held.selected_option?.value;
const values = (held) => (held.selected_options ?? []).map((one) => one.value);

const CONTROLS = {
  plain_text_input: typed("text"),
  email_text_input: typed("text"),
  url_text_input: typed("text"),
  number_input: typed("text"),
  rich_text_input: richTextInput,
  datepicker: typed("date", (held) => held.selected_date),
  timepicker: typed("time", (held) => held.selected_time),
  datetimepicker: momentPicker,
  static_select: chosen(optionsOf, value),
  external_select: typed("text", value),
  users_select: chosen(everybody, (held) => held.selected_user),
  channels_select: chosen(everywhere, (held) => held.selected_channel),
  conversations_select: chosen(everywhere, (held) => held.selected_conversation),
  multi_static_select: ticked(optionsOf, values),
  multi_users_select: ticked(everybody, (held) => held.selected_users ?? []),
  multi_channels_select: ticked(everywhere, (held) => held.selected_channels ?? []),
  multi_conversations_select: ticked(everywhere, (held) => held.selected_conversations ?? []),
  checkboxes: ticked(optionsOf, values),
  radio_buttons: ticked(optionsOf, (held) => [value(held)], "radio"),
};
