import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { answerOf, draftOf, emptyDraft, sameAnswer, toggleReason } from "../../../static/js/review/answer/answer.js";
import { MAX_COMMENT, problems, summary } from "../../../static/js/review/answer/validation.js";

const questionnaire = JSON.parse(
  readFileSync(new URL("../../../lesions/questionnaire.json", import.meta.url), "utf8"),
);
const reasons = questionnaire.reasons.options;
const whole = {
  classes: ["Vessel", "Other: sulcus: deep"],
  confidence: 2,
  reasons: ["Small lesion size", "Other: motion"],
  needs_correction: false,
  comment: "seen twice",
};

test("an answer comes back from its draft as it was", () => {
  assert.deepEqual(answerOf(draftOf(whole)), whole);
});

test("own words stay with the draft while their choice is away", () => {
  const draft = draftOf(whole);
  assert.deepEqual(answerOf({ ...draft, classes: ["Vessel"] }).classes, ["Vessel"]);
  assert.equal(draft.classTexts["Other"], "sulcus: deep");
});

test("the reason None leaves no other beside it", () => {
  assert.deepEqual(toggleReason(reasons, ["Small lesion size", "Low image quality"], "None"), ["None"]);
  assert.deepEqual(toggleReason(reasons, ["None"], "Low image quality"), ["Low image quality"]);
  assert.deepEqual(toggleReason(reasons, ["None"], "None"), []);
});

test("a whole answer has no problem", () => {
  assert.deepEqual(problems(questionnaire, draftOf(whole)), []);
});

test("an empty draft names all four questions in their order", () => {
  const found = problems(questionnaire, emptyDraft());
  assert.deepEqual(found.map(({ field }) => field), ["classes", "confidence", "reasons", "needs_correction"]);
  assert.equal(summary(found), "Questions 1, 2, 3 and 4 are still open.");
});

test("who drew it is open, sent and shown where the study asks, and nowhere else", () => {
  const asking = { ...questionnaire, guessed_source: { text: "Who?", options: ["model", "hand", "don't know"] } };
  const found = problems(asking, draftOf(whole));
  assert.deepEqual(found.map(({ field }) => field), ["guessed_source"]);
  assert.equal(summary(found), "Question 5 is still open.");
  const guessed = { ...whole, guessed_source: "hand" };
  assert.deepEqual(problems(asking, draftOf(guessed)), []);
  assert.deepEqual(answerOf(draftOf(guessed)), guessed);
  assert.ok(!("guessed_source" in answerOf(draftOf(whole))));
});

test("no correction needed is an answer, not an open question", () => {
  assert.deepEqual(problems(questionnaire, { ...draftOf(whole), needsCorrection: false }), []);
});

test("other without words is open, and words that would break the exported list are refused", () => {
  const draft = { ...draftOf(whole), classTexts: { Other: "  " } };
  assert.match(problems(questionnaire, draft)[0]?.text ?? "", /in words what "Other" is/);
  draft.classTexts = { Other: "a|b" };
  assert.match(problems(questionnaire, draft)[0]?.text ?? "", /must not hold/);
});

test("a comment that is too long is named by itself", () => {
  const found = problems(questionnaire, { ...draftOf(whole), comment: "x".repeat(MAX_COMMENT + 1) });
  assert.deepEqual(found.map(({ field }) => field), ["comment"]);
  assert.match(summary(found), /2000 characters/);
});

test("drafts are the same when they would send the same", () => {
  assert.ok(sameAnswer(draftOf(whole), { ...draftOf(whole), comment: " seen twice " }));
  assert.ok(!sameAnswer(draftOf(whole), { ...draftOf(whole), classes: ["Other", "Vessel"] }));
});
