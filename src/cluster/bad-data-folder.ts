/** A folder cannot be used for data: a user's mistake, in one sentence. Apart, since SQLite is loaded only where it is used. */
export class BadDataFolder extends Error {
  override readonly name = 'BadDataFolder';
}
