// Who has something new where, since the page was opened.

export class Unread {
  #news = new Map();
  #owners = new Map();

  /** A direct conversation with the bot, and whose it is. */
  know(dm, person) {
    this.#owners.set(dm, person);
  }

  has(person, where) {
    return this.#of(person).has(where);
  }

  read(person, where) {
    this.#of(person).delete(where);
  }

  /** A message came; `person` is looking at `place`. Direct messages count for everybody, channels for the viewer. */
  hear({ channel, user, only_for: onlyFor }, person, place) {
    const owner = this.#owners.get(channel);
    const where = owner ? "dm" : channel;
    const reader = owner ?? person;
    if (user === reader || (onlyFor && onlyFor !== reader) || (reader === person && where === place)) return;
    this.#of(reader).add(where);
  }

  #of(person) {
    if (!this.#news.has(person)) this.#news.set(person, new Set());
    return this.#news.get(person);
  }
}
