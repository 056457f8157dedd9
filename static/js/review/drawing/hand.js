/** The drawing's tools, and which of them has the left button. */

/** @import {Drawing} from "./drawing.js" */

import { BrushTool } from "./brush-tool.js";
import { PolygonTool } from "./polygon-tool.js";

/** @typedef {"brush" | "eraser" | "polygon" | "thresholdBrush"} ToolName */

/** What the rater draws with. */
export class Hand {
  /** @param {Drawing} drawing */
  constructor(drawing) {
    this.drawing = drawing;
    this.polygon = new PolygonTool(drawing);
    /** @type {[ToolName, BrushTool | PolygonTool][]} */
    this.tools = [
      ["brush", new BrushTool(drawing, "brush")],
      ["eraser", new BrushTool(drawing, "eraser")],
      ["polygon", this.polygon],
      ["thresholdBrush", new BrushTool(drawing, "thresholdBrush")],
    ];
  }

  /** @returns {ToolName | null} the tool in the hand; another part's tool is none of ours */
  get current() {
    const { tool } = this.drawing.stage;
    return this.tools.find(([, own]) => own === tool)?.[0] ?? null;
  }

  /**
   * Take a tool into the hand, or put it down.
   * @param {ToolName | null} name
   */
  put(name) {
    const { stage, cursor } = this.drawing;
    const tool = this.tools.find(([own]) => own === name)?.[1] ?? null;
    if (!tool && !this.current) {
      return;
    }
    stage.interrupt();
    this.polygon.leave();
    cursor.hide();
    stage.tool = tool;
  }
}
