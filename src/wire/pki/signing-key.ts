import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Reads the private key (P-256, PEM) that signs tokens, or makes one for its owner alone if there is none. Whoever loses it
 *  makes all tokens issued with it worthless, so a file that cannot be read as a key is an error, not replaced. */
export async function openSigningKey(file: string): Promise<KeyObject> {
  const stored = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (stored !== undefined) return readKey(file, stored);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const part = `${file}.part`;
  await writeFile(part, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flush: true });
  await rename(part, file);
  return privateKey;
}

function readKey(file: string, text: string): KeyObject {
  try {
    const key = createPrivateKey(text);
    if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key;
  } catch {
    // Said below.
  }
  throw new Error(
    `Cannot sign tokens with ${file}: expected a private P-256 key in PEM. Remove the file to have a new one made; ` +
      'tokens issued so far will then be refused',
  );
}
