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

/**
 * Reads the metadata of an artefact.
 *
 * @param {ArrayBuffer} buffer The whole file.
 * @return {Promise<object>} The JSON object, checked.
 * @throws {Error} One sentence, if there is none or of another format.
 */
export async function readMetadata(buffer) {
  const bytes = await readMember(buffer, MEMBER);
  const metadata = JSON.parse(new TextDecoder().decode(bytes));
  if (metadata.format !== FORMAT) {
    throw new Error(
      `The model's metadata has format ${metadata.format}, but this page ` +
        `reads format ${FORMAT}; use the page of the version that exported it.`,
    );
  }
  const { size, classes, palette } = metadata;
  if (!size || !classes || classes.length !== palette?.length) {
    throw new Error(
      "The model's metadata lacks its size, classes or palette; export it " +
        "again.",
    );
  }
  return metadata;
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
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
