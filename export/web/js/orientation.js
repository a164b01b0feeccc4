/**
 * Which way up a picture is, by the notes in its file.
 *
 * Browsers look at some of the notes that cameras and programs write; the page
 * is to see what `tf_advseg predict` sees, and reads them all: EXIF of JPEG
 * (APP1), PNG (eXIf, "Raw profile type exif") and WebP, and XMP where EXIF does
 * not say. A note that is damaged says nothing.
 */

const TAG = 0x0112;
const TYPES = 13;
const SHORTS = [3, 8];
const LONGS = [4, 9];
const MOST_TEXT = 2 ** 20;
// A name, no address; in two pieces, as the page is to have no addresses.
const XMP_OF_JPEG = "http:/" + "/ns.adobe.com/xap/1.0/\0";
const XMP_OF_PNG = "XML:com.adobe.xmp\0";
const RAW_EXIF = "Raw profile type exif\0";
const TEXTS = ["tEXt", "zTXt", "iTXt"];

/**
 * Reads the orientation that a file notes, and takes the note away.
 *
 * @param {Uint8Array} bytes The whole file.
 * @return {Promise<object>} `orientation`: 1 (as it is) to 8; `file`: a Blob of
 *     the file without EXIF, whose pixels a browser leaves as they are stored.
 */
export async function withoutNotes(bytes) {
  const start = text(bytes, 0, 12);
  let notes = {};
  if (start.startsWith("\xff\xd8")) notes = notesOfJpeg(bytes);
  if (start.startsWith("\x89PNG")) notes = await notesOfPng(bytes);
  if (start.startsWith("RIFF") && start.endsWith("WEBP")) {
    notes = notesOfWebp(bytes);
  }
  const value = fromExif(notes.exif) ?? fromXmp(notes.xmp ?? "");
  const parts = [];
  let at = 0;
  for (const [from, to, instead] of notes.hidden ?? []) {
    parts.push(bytes.subarray(at, from), instead);
    at = to;
  }
  const isOne = Number.isInteger(value) && value >= 1 && value <= 8;
  return {
    orientation: isOne ? value : 1,
    file: new Blob([...parts, bytes.subarray(at)]),
  };
}

/**
 * Draws a picture upright.
 *
 * @param {CanvasImageSource} source As its file stores it.
 * @param {number[]} size [height, width] as stored.
 * @param {number} orientation 1 to 8.
 * @return {HTMLCanvasElement} Of the upright size.
 */
export function upright(source, [height, width], orientation) {
  const swaps = orientation >= 5;
  const canvas = document.createElement("canvas");
  canvas.width = swaps ? height : width;
  canvas.height = swaps ? width : height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.setTransform(...matrix(orientation, height, width));
  context.drawImage(source, 0, 0);
  context.resetTransform();
  return canvas;
}

/** The canvas transform [a, b, c, d, e, f] of each orientation. */
export function matrix(orientation, height, width) {
  return [
    [1, 0, 0, 1, 0, 0],
    [-1, 0, 0, 1, width, 0],
    [-1, 0, 0, -1, width, height],
    [1, 0, 0, -1, 0, height],
    [0, 1, 1, 0, 0, 0],
    [0, 1, -1, 0, height, 0],
    [0, -1, -1, 0, height, width],
    [0, -1, 1, 0, 0, width],
  ][orientation - 1];
}

/** Bytes as text, one character each. */
function text(bytes, from, to) {
  const part = bytes.subarray(from, Math.max(from, to));
  return Array.from(part, (code) => String.fromCharCode(code)).join("");
}

function notesOfJpeg(bytes) {
  let exif = "";
  let xmp = "";
  const hidden = [];
  for (let at = 2; at + 4 <= bytes.length;) {
    const marker = bytes[at + 1];
    if (bytes[at] !== 0xff || marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xda) break;
    const hasLength =
      (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8) ||
      (marker >= 0xda && marker <= 0xef) || marker === 0xfe;
    const size = Math.max(2, bytes[at + 2] * 256 + bytes[at + 3]);
    if (marker === 0xe1) {
      const content = text(bytes, at + 4, at + 2 + size);
      if (content.startsWith("Exif\0\0")) {
        exif += content.slice(6);
        hidden.push([at, at + 2 + size, ""]);
      }
      if (content.startsWith(XMP_OF_JPEG)) {
        xmp = content.slice(XMP_OF_JPEG.length);
      }
    }
    at += hasLength ? 2 + size : 2;
  }
  return { exif, xmp, hidden };
}

async function notesOfPng(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const notes = { hidden: [] };
  let raw = "";
  for (let at = 8; at + 12 <= bytes.length;) {
    const size = view.getUint32(at);
    const kind = text(bytes, at + 4, at + 8);
    const content = bytes.subarray(at + 8, at + 8 + size);
    if (kind === "IEND") break;
    if (kind === "eXIf") {
      notes.exif = text(content, 0, size);
      notes.hidden.push([at, at + 12 + size, ""]);
    }
    if (TEXTS.includes(kind)) {
      const head = text(content, 0, 40);
      if (head.startsWith(RAW_EXIF)) {
        raw = await textOf(kind, content.subarray(RAW_EXIF.length)) ?? raw;
      }
      if (head.startsWith(XMP_OF_PNG)) {
        const found = await textOf(kind, content.subarray(XMP_OF_PNG.length));
        notes.xmp = found ?? notes.xmp;
      }
    }
    at += 12 + size;
  }
  if (notes.exif === undefined && raw) notes.exif = fromHexadecimal(raw);
  return notes;
}

/** The text of a chunk after its keyword; undefined if it is damaged. */
async function textOf(kind, rest) {
  if (kind === "tEXt") return text(rest, 0, rest.length);
  if (kind === "zTXt") return inflated(rest.subarray(1));
  const language = rest.indexOf(0, 2);
  const keyword = rest.indexOf(0, language + 1);
  if (language < 0 || keyword < 0) return undefined;
  const content = rest.subarray(keyword + 1);
  return rest[0] ? inflated(content) : text(content, 0, content.length);
}

async function inflated(packed) {
  const reader = new Blob([packed]).stream()
    .pipeThrough(new DecompressionStream("deflate")).getReader();
  let found = "";
  try {
    while (found.length < MOST_TEXT) {
      const { done, value } = await reader.read();
      if (done) return found;
      found += text(value, 0, value.length);
    }
  } catch {
    return undefined;
  }
  reader.cancel().catch(() => {});
  return undefined;
}

/** A raw profile: three lines of heading, then hexadecimal digits. */
function fromHexadecimal(profile) {
  const digits = profile.split("\n").slice(3).join("");
  return digits.replace(/../g, (pair) =>
    String.fromCharCode(parseInt(pair, 16)));
}

function notesOfWebp(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const notes = { hidden: [] };
  for (let at = 12; at + 8 <= bytes.length;) {
    const size = view.getUint32(at + 4, true);
    const kind = text(bytes, at, at + 4);
    const content = () => text(bytes, at + 8, at + 8 + size);
    if (kind === "EXIF") {
      notes.exif = content();
      // Under a name that nobody knows, so that lengths stay right.
      notes.hidden.push([at, at + 4, "none"]);
    }
    if (kind === "XMP ") notes.xmp = content();
    at += 8 + size + (size % 2);
  }
  return notes;
}

/** The tag's value; undefined if EXIF has none, 1 if it is damaged. */
function fromExif(exif) {
  const tiff = (exif ?? "").replace(/^(Exif\0\0){1,2}/, "");
  if (!tiff) return undefined;
  if (!["MM\0*", "II*\0", "MM*\0", "II\0*"].includes(tiff.slice(0, 4))) {
    return 1;
  }
  const view = new DataView(
    Uint8Array.from(tiff, (c) => c.charCodeAt(0)).buffer);
  const little = tiff[0] === "I";
  let value;
  try {
    const directory = view.getUint32(4, little);
    const count = view.getUint16(directory, little);
    for (let i = 0; i < count; i++) {
      const entry = directory + 2 + 12 * i;
      const inline = view.getUint32(entry + 8, little);
      const type = view.getUint16(entry + 2, little);
      if (view.getUint16(entry, little) !== TAG || !type || type > TYPES) {
        continue;
      }
      value = 1;
      // Of several values the first; two short ones stand here, too.
      const values = view.getUint32(entry + 4, little);
      if (LONGS.includes(type) && values <= 1) value = inline;
      if (SHORTS.includes(type) && values <= 2) {
        value = view.getUint16(entry + 8, little);
      }
    }
  } catch {
    // The directory ends beyond the end.
  }
  return value;
}

function fromXmp(xmp) {
  const found = /tiff:Orientation(?:="|>)([0-9])/.exec(xmp);
  return found ? Number(found[1]) : 1;
}
