/** NiiVue as its manual begins: the scan, and the mask as a second volume. Yellow as ours is. */

const nv = new globalThis.niivue.Niivue({ crosshairWidth: 0 });
nv.addColormap("lesion", { R: [0, 255], G: [0, 216], B: [0, 61], A: [0, 255], I: [0, 255] });

async function show() {
  await nv.attachToCanvas(document.getElementById("gl"));
  await nv.loadVolumes([
    { url: "scan.nii.gz" },
    { url: "mask.nii.gz", colormap: "lesion", cal_min: 0, cal_max: 1, opacity: 1 },
  ]);
  nv.scene.crosshairPos = nv.mm2frac(globalThis.focusMm, 0, true);
  nv.drawScene();
}

void show();
