// Files that the browser saves.

const SCALE = 2;
/* How many pixels of a picture stand for one of the diagram. */
const LONGEST = 16_384;
const LARGEST = 64_000_000;
/* Pixels: the side of a picture that every browser can make, and the area that leaves it some memory. */

/** Save a Blob, or what an address gives, as a file. */
export function download(source, name) {
  const href = source instanceof Blob ? URL.createObjectURL(source) : source;
  const link = Object.assign(document.createElement('a'), { href, download: name });
  link.click();
  if (source instanceof Blob) setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

/** Return the diagram as an SVG file. */
export async function svgOf(modeler) {
  return new Blob([(await modeler.saveSVG()).svg], { type: 'image/svg+xml' });
}

/** Return the diagram as a PNG file on a white ground. */
export async function pngOf(modeler) {
  const { svg } = await modeler.saveSVG();
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const { width, height } = image;
  const scale = Math.min(SCALE, LONGEST / Math.max(width, height), Math.sqrt(LARGEST / (width * height)));
  const canvas = Object.assign(document.createElement('canvas'), {
    width: Math.floor(width * scale),
    height: Math.floor(height * scale),
  });
  const context = canvas.getContext('2d');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise(resolve => canvas.toBlob(resolve, 'image/png'));
}
