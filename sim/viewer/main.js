'use strict';
const run = new Run(JSON.parse(document.getElementById('data').textContent));
if (location.hash.startsWith('#picture')) {
  showPicture(run, Number(location.hash.split('=')[1]) || 900);
} else {
  window.viewer = new Viewer(run);
  window.viewer.start();
}
