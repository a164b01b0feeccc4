/**
 * What a deployed .tflite says about itself.
 *
 * A zip is appended to the network (LiteRT reads a file from its beginning, a
 * zip is read from its end); its member `tf_advseg.json` has the classes, the
 * palette and the size of the input.
 */

const MEMBER = "tf_advseg.json";
const FORMAT = 1;
const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const END_LENGTH = 22;
const LONGEST_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;
const MOST_BYTES = 2 ** 24;
const MOST_SIDE = 2 ** 16;

/**
 * Reads the metadata of an artefact.
 *
 * @param {ArrayBuffer} buffer The whole file.
 * @return {Promise<object>} The JSON object, checked.
 * @throws {Error} One sentence, if there is none or of another format.
 */
export async function readMetadata(buffer) {
  let bytes;
  try {
    bytes = await readMember(buffer, MEMBER);
  } catch (error) {
    // What a view says of places that lie outside the file.
    if (!(error instanceof RangeError)) throw error;
    throw new Error("The zip at the model's end is damaged; copy it again.");
  }
  let metadata;
  try {
    metadata = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new Error("The model's metadata are no JSON; copy the file again.");
  }
  if (metadata?.format !== FORMAT) {
    throw new Error(
      `The model's metadata has format ${metadata?.format}, but this page ` +
        `reads format ${FORMAT}; use the page of the version that exported it.`,
    );
  }
  if (!isSound(metadata)) {
    throw new Error(
      "The model's metadata lacks its size, classes or palette, or they are " +
        "damaged; export it again.",
    );
  }
  return metadata;
}

/** Whether metadata are of the types that the page relies on. */
export function isSound({ size, classes, palette }) {
  const isCount = (value, most) =>
    Number.isInteger(value) && value >= 0 && value <= most;
  return (
    Array.isArray(size) && size.length === 2 &&
    size.every((side) => side > 0 && isCount(side, MOST_SIDE)) &&
    Array.isArray(classes) && classes.length > 0 && classes.length <= 255 &&
    classes.every((name) => typeof name === "string") &&
    Array.isArray(palette) && palette.length === classes.length &&
    palette.every((colour) => Array.isArray(colour) && colour.length === 3 &&
      colour.every((part) => isCount(part, 255)))
  );
}

/** Returns the bytes of one member of the zip at the end of a file. */
async function readMember(buffer, name) {
  const view = new DataView(buffer);
  const end = findEnd(view);
  const directorySize = view.getUint32(end + 12, true);
  const directory = end - directorySize;
  // Offsets count from where the zip begins, or from the file's begin,
  // whichever the writer chose; the directory's place tells.
  const shift = directory - view.getUint32(end + 16, true);
  let entry = directory;
  while (entry < end && view.getUint32(entry, true) === ENTRY_SIGNATURE) {
    const nameLength = view.getUint16(entry + 28, true);
    const extraLength = view.getUint16(entry + 30, true);
    const commentLength = view.getUint16(entry + 32, true);
    const found = new Uint8Array(buffer, entry + 46, nameLength);
    if (new TextDecoder().decode(found) === name) {
      return unpack(buffer, view, entry, shift);
    }
    entry += 46 + nameLength + extraLength + commentLength;
  }
  throw new Error(`The zip at the model's end has no ${name}.`);
}

/** Returns where the end record of the zip begins. */
function findEnd(view) {
  const last = view.byteLength - END_LENGTH;
  const first = Math.max(0, last - LONGEST_COMMENT);
  for (let at = last; at >= first; at--) {
    if (view.getUint32(at, true) === END_SIGNATURE) return at;
  }
  throw new Error(
    "The model carries no metadata at its end: it was not exported by " +
      "tf_advseg, or the copy is incomplete.",
  );
}

/** Returns the bytes of the member that a directory entry describes. */
async function unpack(buffer, view, entry, shift) {
  const method = view.getUint16(entry + 10, true);
  const length = view.getUint32(entry + 20, true);
  const unpacked = view.getUint32(entry + 24, true);
  if (Math.max(length, unpacked) > MOST_BYTES) {
    throw new Error(`The model's metadata claim ${unpacked} bytes.`);
  }
  const header = view.getUint32(entry + 42, true) + shift;
  const names =
    view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
  const bytes = new Uint8Array(buffer, header + 30 + names, length);
  if (method === STORED) return bytes;
  if (method !== DEFLATED) {
    throw new Error(`The zip at the model's end is packed by method ${method}.`);
  }
  const stream = new Blob([bytes])
    .stream()
    .pipeThrough(new DecompressionStream("deflate-raw"));
  return collect(stream.getReader(), unpacked);
}

/** Reads a stream; no more than it is to hold, whatever comes. */
async function collect(reader, length) {
  const bytes = new Uint8Array(length);
  let at = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes.set(value, at);
      at += value.length;
    }
  } catch {
    reader.cancel().catch(() => {});
    at = -1;
  }
  if (at !== length) {
    throw new Error("The zip at the model's end is damaged; copy it again.");
  }
  return bytes;
}
