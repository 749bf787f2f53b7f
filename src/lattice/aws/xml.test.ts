import assert from 'node:assert/strict';
import { test } from 'node:test';
import { elementsAt, parseXml, textAt } from './xml.ts';

test('elements are found by the way down to them, with their text as it was meant', () => {
  const document = parseXml(
    '<?xml version="1.0"?>\n<a xmlns="x"><b> one &amp; &lt;two&gt; </b><list><item>1</item><item/><item>3</item></list></a>',
  );
  assert.equal(textAt(document, 'a', 'b'), 'one & <two>');
  assert.deepEqual(
    elementsAt(document, 'a', 'list', 'item').map(({ text }) => text),
    ['1', '', '3'],
  );
  assert.equal(textAt(document, 'a', 'nothing'), '');
});

test('what is cut off or no XML says what it says, and ends', () => {
  assert.equal(textAt(parseXml('<a><b>one'), 'a', 'b'), 'one');
  assert.deepEqual(parseXml('not xml').children, []);
  assert.deepEqual(parseXml('</a>').children, []);
});
