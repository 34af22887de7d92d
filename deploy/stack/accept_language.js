// At the edge, before an answer that is kept is looked for: of Accept-Language only `fr` or `en` is left, so that each
// answer is kept twice and not once for every browser. It must choose as `negotiate_language` does
// (shared/explanations/translations.py); a test asks both.
function handler(event) {
  var headers = event.request.headers;
  var wishes = headers['accept-language'] ? headers['accept-language'].value.split(',') : [];
  var chosen = 'fr';
  var most = 0;
  for (var i = 0; i < wishes.length; i++) {
    var parts = wishes[i].replace(/\s/g, '').toLowerCase().split(';q=');
    var quality = parts[1] ? Number(parts.slice(1).join(';q=')) : 1;
    var language = parts[0].split('-')[0];
    if ((language === 'fr' || language === 'en') && quality > most) {
      chosen = language;
      most = quality;
    }
  }
  headers['accept-language'] = { value: chosen };
  return event.request;
}
