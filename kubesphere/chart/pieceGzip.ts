/** gzip that gives the same bytes on every machine and Node version, and compresses the same content once. */
import { createHash } from "crypto";
import { crc32 } from "zlib";
import { deflateSync } from "fflate";

/**
 * Bytes of content in a piece. Each is a gzip member of its own, as RFC 1952 allows and Helm reads them; no more than one
 * waits uncompressed. What fits into a ConfigMap is mostly one piece.
 */
const PIECE = 1024 * 1024;

/**
 * fflate's levels. What may fit into a ConfigMap is packed small (level 9 would save 1 % for twice the time); what cannot, however
 * packed, is packed fast, well within twice the time of `helm package`.
 */
const SMALL = 6;
const FAST = 3;
const STORED = 0;
const FAST_FROM = 8 * 1024 * 1024;
type Level = typeof SMALL | typeof FAST | typeof STORED;

/** SHA-256 of a piece → its gzip member, for charts that several packages share. A large one would stay in the memory for nothing. */
const members = new Map<string, Buffer>();

/**
 * The gzip members of some content, each as soon as it is full. They do not depend on the ends of chunks, and a chunk may change afterwards.
 * @param size bytes of content that are to come, about: it decides the level
 */
export async function* gzipMembers(chunks: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Buffer> {
  const piece = Buffer.allocUnsafe(PIECE);
  let length = 0;
  for await (const chunk of chunks) {
    for (let rest = chunk; rest.length > 0;) {
      const taken = rest.subarray(0, PIECE - length);
      piece.set(taken, length);
      length += taken.length;
      rest = rest.subarray(taken.length);
      if (length < PIECE) continue;
      yield memberOf(piece, size);
      length = 0;
    }
  }
  if (length > 0) yield memberOf(piece.subarray(0, length), size);
}

function memberOf(piece: Uint8Array, size: number): Buffer {
  if (size >= FAST_FROM) return compressed(piece, isNoise(piece) ? STORED : FAST);
  const digest = createHash("sha256").update(piece).digest("hex");
  const member = members.get(digest) ?? compressed(piece, SMALL);
  members.set(digest, member);
  return member;
}

/** Deflate, no flags, no time, no compression level, and the same operating system everywhere. */
const HEADER = Buffer.from("1f8b0800000000000003", "hex");
/** Of fflate's hash table: fast for pieces of this size, and fixed, since fflate's own choice is by a logarithm. */
const MEMORY = 8;

/** By fflate's own deflate, since zlib's output differs between Node versions. */
function compressed(piece: Uint8Array, level: Level): Buffer {
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(piece));
  trailer.writeUInt32LE(piece.length, 4);
  return Buffer.concat([HEADER, deflateSync(piece, { level, mem: MEMORY }), trailer]);
}

/** One of so many bytes is sampled; an odd number, so that samples do not align with tables in a file. */
const STRIDE = 61;

/**
 * Whether compressing would be in vain, as for images and archives: all byte values are about as frequent. In whole numbers,
 * so that every machine decides alike: of n bytes drawn evenly the squares of the frequencies add up to n²/256 + n; up to a
 * quarter more, there are 2 % to be saved at most. Text has ten times as much.
 */
function isNoise(piece: Uint8Array): boolean {
  const counts = new Array<number>(256).fill(0);
  let seen = 0;
  for (let at = 0; at < piece.length; at += STRIDE, seen++) {
    const byte = piece[at] ?? 0;
    counts[byte] = (counts[byte] ?? 0) + 1;
  }
  const squares = counts.reduce((sum, count) => sum + count * count, 0);
  return 4 * 256 * squares < 5 * seen * seen;
}
