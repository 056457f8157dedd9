/** Decode the .nii files that the server makes, and refuse one that is not whole. */

/** @import {NVImage} from "@niivue/niivue" */
/** @import {Library} from "./niivue-types.js" */
/** @import {Triple} from "../types.js" */

/** Bytes of a NIfTI-1 header, with the four that say it has no extensions. */
const HEADER_BYTES = 352;

/**
 * @typedef {object} Volume a decoded file
 * @property {NVImage} image
 * @property {Triple} shape
 * @property {number[][]} affine 4 x 4, voxel to RAS mm
 */

/** A file is not the volume that it should be. */
export class VolumeError extends Error {}

/**
 * Decode a .nii file.
 * @param {Library} library
 * @param {ArrayBuffer} bytes
 * @returns {Promise<Volume>}
 * @throws {VolumeError} it is something else, or a part is missing
 */
export async function decode(library, bytes) {
  checkWhole(bytes);
  const image = await library.NVImage.new(bytes, "volume.nii", "gray", 1, null, 0, 1);
  const { hdr } = image;
  if (!hdr) {
    throw new VolumeError("The image is not a NIfTI file.");
  }
  return { image, shape: [hdr.dims[1] ?? 0, hdr.dims[2] ?? 0, hdr.dims[3] ?? 0], affine: hdr.affine };
}

/**
 * Check that a file has all the voxels that its header names: a connection may end early.
 * @param {ArrayBuffer} bytes
 * @throws {VolumeError}
 */
export function checkWhole(bytes) {
  const view = new DataView(bytes);
  if (bytes.byteLength < HEADER_BYTES || view.getInt32(0, true) !== 348) {
    throw new VolumeError("The image is not a NIfTI file.");
  }
  const [i, j, k, bits] = [42, 44, 46, 72].map((at) => view.getInt16(at, true));
  const expected = view.getFloat32(108, true) + ((i ?? 0) * (j ?? 0) * (k ?? 0) * (bits ?? 0)) / 8;
  if (bytes.byteLength !== expected) {
    throw new VolumeError(`The image did not arrive whole: ${bytes.byteLength} of ${expected} bytes.`);
  }
}
