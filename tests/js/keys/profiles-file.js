/** The profiles of keys as the page gets them. */

import { readFileSync } from "node:fs";

/** @import {KeyProfiles} from "../../../static/js/review/keys/profiles.js" */

const url = new URL("../../../reviewapp/key_profiles.json", import.meta.url);

/** @type {KeyProfiles} */
export const ALL = JSON.parse(readFileSync(url, "utf8"));
