// A picture made small and square before it is sent: what a phone takes is larger than a face needs.

const SIDE_PX = 320;
const JPEG_QUALITY = 0.9;

/** The middle of a picture; rejects where the browser cannot read it. */
export async function squarePicture(file: File): Promise<Blob> {
  const picture = await createImageBitmap(file);
  const side = Math.min(picture.width, picture.height);
  const canvas = document.createElement('canvas');
  canvas.width = SIDE_PX;
  canvas.height = SIDE_PX;
  const left = (picture.width - side) / 2;
  const top = (picture.height - side) / 2;
  canvas.getContext('2d')?.drawImage(picture, left, top, side, side, 0, 0, SIDE_PX, SIDE_PX);
  picture.close();
  // What is seen through stays so.
  const type = file.type === 'image/jpeg' ? 'image/jpeg' : 'image/png';
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('the picture cannot be drawn'))),
      type,
      JPEG_QUALITY,
    );
  });
}
