/** What Papaya reads: the scan, and the mask over it in yellow. Runs before Papaya's own script. */

globalThis.params = {
  images: ["scan.nii.gz", "mask.nii.gz"],
  worldSpace: true,
  coordinate: globalThis.focusMm,
  kioskMode: true,
  showControls: false,
  luts: [{ name: "Lesion", data: [[0, 1, 0.847, 0.239], [1, 1, 0.847, 0.239]] }],
  "mask.nii.gz": { lut: "Lesion", min: 0, max: 1, alpha: 1 },
};
