import type { AccessKey } from '../local/api/credentials.ts';
import { isRecord } from '../local/contract/validate.ts';
import { UserError } from './command.ts';
import { jsonIn } from './json-file.ts';

/** The keys in the file that `--credentials` names; none when it is absent. */
export function accessKeysIn(path: string | undefined): readonly AccessKey[] {
  if (path === undefined) return [];
  const json = jsonIn(path, '--credentials');
  const listed = isRecord(json) ? json['accessKeys'] : undefined;
  if (!Array.isArray(listed)) {
    throw new UserError(
      `--credentials: ${path} has to be { "accessKeys": [{ "accessKeyId", "secretAccessKey", "account", "user" }, …] }.`,
    );
  }
  return listed.map((each: unknown, index) => accessKey(each, `accessKeys[${index}] of ${path}`));
}

function accessKey(json: unknown, where: string): AccessKey {
  if (!isRecord(json)) throw new UserError(`--credentials: ${where} is no object.`);
  const { accessKeyId, secretAccessKey, account, user } = json;
  if (typeof accessKeyId !== 'string' || !/^\w{3,128}$/.test(accessKeyId)) {
    throw new UserError(`--credentials: ${where} has no accessKeyId of letters and digits.`);
  }
  if (typeof secretAccessKey !== 'string' || secretAccessKey === '') {
    throw new UserError(`--credentials: ${where} has no secretAccessKey.`);
  }
  if (typeof account !== 'string' || !/^\d{12}$/.test(account)) {
    throw new UserError(`--credentials: ${where} has no account of twelve digits.`);
  }
  if (user === undefined) return { accessKeyId, secretAccessKey, account };
  if (typeof user !== 'string' || !/^[\w+=,.@/-]+$/.test(user)) {
    throw new UserError(`--credentials: ${where} has a user that is no name.`);
  }
  return { accessKeyId, secretAccessKey, account, user };
}
