const OFFSET = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

/** FNV-1a, 64 bits, in 16 hex digits, of a plan's config as stored: KubeSphere's `status.configHash`. */
export function configHash(config = ""): string {
  let hash = OFFSET;
  for (const byte of Buffer.from(config)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * PRIME);
  return hash.toString(16).padStart(16, "0");
}
