/** Cornerstone3D with its NIfTI loader: one volume on three planes, the mask as a second volume. */

import * as cornerstone from "@cornerstonejs/core";
import * as nifti from "@cornerstonejs/nifti-volume-loader";

const { Enums, RenderingEngine, imageLoader, setVolumesForViewports, volumeLoader } = cornerstone;
const PLANES = ["axial", "coronal", "sagittal"];

/**
 * Load a file as a volume.
 * @param {string} name
 */
async function load(name) {
  const url = new URL(name, location.href).href;
  const imageIds = await nifti.createNiftiImageIdsAndCacheMetadata({ url });
  const volume = await volumeLoader.createAndCacheVolume(`volume:${name}`, { imageIds });
  volume.load();
  return volume.volumeId;
}

/**
 * Paint the mask's voxels yellow, and nothing else.
 * @param {any} actor
 */
function paintMask(actor) {
  const property = actor.getProperty();
  const colour = property.getRGBTransferFunction(0);
  colour.removeAllPoints();
  colour.addRGBPoint(0, 1, 216 / 255, 61 / 255);
  colour.addRGBPoint(1, 1, 216 / 255, 61 / 255);
  const opacity = property.getScalarOpacity(0);
  opacity.removeAllPoints();
  opacity.addPoint(0, 0);
  opacity.addPoint(0.49, 0);
  opacity.addPoint(0.5, 1);
  opacity.addPoint(1, 1);
  property.setInterpolationTypeToNearest();
}

/**
 * Put a plane through a point.
 * @param {any} viewport
 * @param {number[]} lps
 */
function goTo(viewport, lps) {
  const { focalPoint, position, viewPlaneNormal } = viewport.getCamera();
  const along = viewPlaneNormal.reduce((sum, n, i) => sum + n * (lps[i] - focalPoint[i]), 0);
  const move = (point) => point.map((value, i) => value + along * viewPlaneNormal[i]);
  viewport.setCamera({ focalPoint: move(focalPoint), position: move(position) });
}

async function show() {
  await cornerstone.init();
  nifti.init();
  imageLoader.registerImageLoader("nifti", nifti.cornerstoneNiftiImageLoader);
  const engine = new RenderingEngine("planes");
  engine.setViewports(
    PLANES.map((plane) => ({
      viewportId: plane,
      type: Enums.ViewportType.ORTHOGRAPHIC,
      element: document.getElementById(plane),
      defaultOptions: { orientation: Enums.OrientationAxis[plane.toUpperCase()] },
    })),
  );
  const [scan, mask] = await Promise.all([load("scan.nii.gz"), load("mask.nii.gz")]);
  await setVolumesForViewports(
    engine,
    [{ volumeId: scan }, { volumeId: mask, callback: ({ volumeActor }) => paintMask(volumeActor) }],
    PLANES,
  );
  const [r, a, s] = globalThis.focusMm;
  for (const plane of PLANES) {
    goTo(engine.getViewport(plane), [-r, -a, s]);
  }
  engine.render();
}

void show();
