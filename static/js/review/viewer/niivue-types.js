/** What our adapter touches of NiiVue 0.69.0, its inner parts included; types alone, no code. */

/** @import {NVImage} from "@niivue/niivue" */

/**
 * @typedef {object} Inner a Niivue instance as the adapter sees it
 * @property {WebGL2RenderingContext} gl
 * @property {NVImage[]} volumes
 * @property {NVImage | null} back
 * @property {{program: WebGLProgram}} customSliceShader
 * @property {{fieldOfViewDeObliqueMM: number[], extentsMin: number[], extentsMax: number[]} | null} volumeObject3D
 * @property {NVImage[]} overlays
 * @property {WebGLTexture | null} drawTexture
 * @property {number} drawOpacity
 * @property {number} drawRimOpacity
 * @property {{crosshairPos: ArrayLike<number>}} scene
 * @property {WebGLVertexArrayObject | null} genericVAO
 * @property {boolean} initialized
 * @property {() => Promise<Inner>} init
 * @property {(canvas: HTMLCanvasElement, antiAlias: boolean) => Promise<unknown>} attachToCanvas
 * @property {(layout: {sliceType: number, position: number[]}[]) => void} setCustomLayout
 * @property {(text: string) => void} setCustomSliceShader
 * @property {() => void} updateGLVolume
 * @property {() => unknown} drawScene
 * @property {() => unknown} drawSceneCore
 * @property {(rect: number[], plane: number, mm: number) => void} draw2DMain
 * @property {(rect: number[], plane: number, mm: number) => void} draw2D
 * @property {(plane: number, scale: number[], width: number, height: number) => number[]} calculateWidthHeight
 * @property {(plane: number) => {mnMM: number[], mxMM: number[], rotation: unknown, fovMM: number[]}} screenFieldOfViewExtendedVox
 */

/**
 * @typedef {object} Library what the UMD file puts on the window
 * @property {new (options: object) => Inner} Niivue
 * @property {{prototype: {calMinMax: () => number[]}, new: (data: ArrayBuffer, name: string, colormap?: string, opacity?: number,
 *   paired?: null, calMin?: number, calMax?: number) => Promise<NVImage>}} NVImage
 */

export {};
