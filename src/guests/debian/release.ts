/**
 * Verifies and reads a suite's InRelease file: OpenPGP clear-signed (RFC 9580, section 7), it lists the indexes
 * with their sizes and hashes (Debian wiki, RepositoryFormat).
 */

import type { Bytes } from "../../base/bytes.ts";
import { Paragraph } from "../../formats/deb822.ts";
import { archiveKeys } from "./archive-keys.ts";
import { IntegrityError } from "./errors.ts";

/** A file of the suite that a release vouches for. */
export interface Listed {
  readonly size: number;
  readonly sha256: string;
}

export interface Release {
  readonly codename: string;
  /** What a mirror has it under too, such as "stable"; empty where it does not say. */
  readonly suite: string;
  readonly files: ReadonlyMap<string, Listed>;
  /** Whether indexes can be fetched by their hash, which no update of the mirror can disturb. */
  readonly byHash: boolean;
}

export interface Trust {
  /** OpenPGP keys in binary form that are trusted besides those of `archive-keys.ts`. */
  readonly keyring?: Bytes | undefined;
  /** Milliseconds since 1970, against which Valid-Until is checked. */
  readonly now: number;
}

/**
 * The release that `text` is, if one of the trusted keys signed it and it has not expired.
 *
 * @param url names it in errors
 */
export async function verifyRelease(text: string, url: string, trust: Trust): Promise<Release> {
  const signed = new Paragraph(await signedText(text, url, trust));
  const until = signed.get("Valid-Until");
  if (until !== undefined && !(Date.parse(until) >= trust.now)) {
    throw new IntegrityError(`${url} was valid only until ${until}`);
  }
  return {
    codename: signed.get("Codename") ?? "",
    suite: signed.get("Suite") ?? "",
    files: listedFiles(signed.get("SHA256") ?? ""),
    byHash: signed.get("Acquire-By-Hash") === "yes",
  };
}

/** What was signed: nothing that stands before or after it in the file counts. */
async function signedText(text: string, url: string, trust: Trust): Promise<string> {
  // Imported here because it takes long to load, and a machine whose files are cached never needs it.
  const openpgp = await import("openpgp");
  const message = await openpgp.readCleartextMessage({ cleartextMessage: text }).catch(() => {
    throw new IntegrityError(`${url} is not a signed release`);
  });
  const verificationKeys = await trustedKeys(openpgp, trust.keyring);
  const { signatures } = await openpgp.verify({ message, verificationKeys, date: new Date(trust.now) });
  const good = await Promise.allSettled(signatures.map(({ verified }) => verified));
  if (!good.some(({ status }) => status === "fulfilled")) {
    const why = signatures.map(({ keyID }, index) => `${keyID.toHex()}: ${reason(good[index])}`).join("; ");
    throw new IntegrityError(
      `${url} has no good signature of a trusted Debian key (${why || "none at all"})`,
    );
  }
  return message.getText().replaceAll("\r\n", "\n");
}

function reason(result: PromiseSettledResult<unknown> | undefined): string {
  return result?.status === "rejected" ? String((result.reason as Error).message) : "";
}

async function trustedKeys(openpgp: typeof import("openpgp"), keyring: Bytes | undefined) {
  const own = await Promise.all(
    archiveKeys.map(async ({ armored, fingerprint, owner }) => {
      const key = await openpgp.readKey({ armoredKey: armored.trim() });
      if (key.getFingerprint() !== fingerprint) {
        throw new IntegrityError(
          `Key "${owner}" has fingerprint ${key.getFingerprint()}, not ${fingerprint}`,
        );
      }
      return key;
    }),
  );
  if (!keyring) return own;
  // A keyring of another age may hold keys that the library refuses; ours then have to do.
  const more = await openpgp.readKeys({ binaryKeys: keyring }).catch(() => []);
  return [...own, ...more];
}

/** Lines of a hash, a size and a path. */
function listedFiles(field: string): Map<string, Listed> {
  const lines = field.split("\n").map((line) => line.trim().split(/\s+/));
  return new Map(lines.map(([sha256 = "", size = "0", path = ""]) => [path, { size: Number(size), sha256 }]));
}
