#!/usr/bin/env node
// Writes the sample shop into examples/data: a file of JSON lines for each type of document. The same input always gives
// the same bytes, so the files are committed and this program only runs again to change them:
//
//   node examples/generate.js [FOLDER]
//
// The data is invented. It is as uneven as real databases are: fields that are missing, null or of another type than
// their neighbours, arrays where others have a single value, composed and decomposed accents, integers past 2^53.
'use strict';

const fs = require('fs');
const path = require('path');

// ---- chance, always the same (mulberry32) ----------------------------------------------------------------------------

let state = 20260401;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const whole = (low, high) => low + Math.floor(random() * (high - low + 1));
const pick = list => list[Math.floor(random() * list.length)];
const chance = share => random() < share;
const weighted = pairs => {
  let at = random() * pairs.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [value, weight] of pairs) if ((at -= weight) < 0) return value;
  return pairs[0][0];
};
const sample = (list, count) => {
  const rest = list.slice();
  return Array.from({length: count}, () => rest.splice(Math.floor(random() * rest.length), 1)[0]);
};

const pad = (number, width) => String(number).padStart(width, '0');
const money = cents => Math.round(cents) / 100;
const day = (from, to) => new Date(Date.parse(from) + Math.floor(random() * (Date.parse(to) - Date.parse(from))));
const isoDate = date => date.toISOString().slice(0, 10);
const isoSeconds = date => date.toISOString().slice(0, 19) + 'Z';
const isoMillis = date => date.toISOString();
const isoOffset = (date, hours) =>
  later(date, hours).toISOString().slice(0, 19) + (hours < 0 ? '-' : '+') + pad(Math.floor(Math.abs(hours)), 2) + ':' + pad(60 * (Math.abs(hours) % 1), 2);
const later = (date, hours) => new Date(date.getTime() + hours * 3600e3);

// ---- people and places -----------------------------------------------------------------------------------------------

const places = [
  {country: 'DE', hours: 1, cities: [['Köln', '50667'], ['München', '80331'], ['Görlitz', '02826'], ['Berlin', '10115']], streets: ['Lindenstraße', 'Am Mühlbach', 'Schloßallee'],
   given: ['Jürgen', 'Käthe', 'Anneliese', 'Björn', 'Sören', 'Ute'], family: ['Müller', 'Großmann', 'Schröder', 'Weiß', 'Böhm', 'Kaiser']},
  {country: 'FR', hours: 1, cities: [['Orléans', '45000'], ['Nîmes', '30000'], ['Paris', '75011']], streets: ['rue de l’Église', 'allée des Chênes', 'quai François'],
   given: ['Zoé', 'Anaïs', 'François', 'Hélène', 'Loïc'], family: ['Lefèvre', 'Garçon', 'Noël', 'Dubois', 'D’Aubigné']},
  {country: 'PL', hours: 1, cities: [['Łódź', '90-001'], ['Kraków', '30-002'], ['Gdańsk', '80-008']], streets: ['ul. Żeglarska', 'ul. Śliczna', 'ul. Długa'],
   given: ['Łukasz', 'Małgorzata', 'Żaneta', 'Paweł'], family: ['Wójcik', 'Dąbrowska', 'Źrebiec', 'Kowalski']},
  {country: 'TR', hours: 3, cities: [['İstanbul', '34000'], ['İzmir', '35000'], ['Muğla', '48000']], streets: ['Gül Sokağı', 'Çınar Caddesi'],
   given: ['Ayşe', 'İbrahim', 'Işıl', 'Çağla'], family: ['Yıldız', 'Öztürk', 'Şahin', 'Güneş']},
  {country: 'VN', hours: 7, cities: [['Hà Nội', '100000'], ['Đà Nẵng', '550000']], streets: ['phố Hàng Đường', 'đường Bạch Đằng'],
   given: ['Thị Hồng', 'Văn Đức', 'Ngọc Ánh'], family: ['Nguyễn', 'Trần', 'Đặng']},
  {country: 'GR', hours: 2, cities: [['Αθήνα', '105 57'], ['Θεσσαλονίκη', '546 24']], streets: ['οδός Ερμού', 'λεωφόρος Νίκης'],
   given: ['Ελένη', 'Γιώργος', 'Άννα'], family: ['Παπαδοπούλου', 'Οικονόμου', 'Ιωάννου']},
  {country: 'UA', hours: 2, cities: [['Київ', '01001'], ['Львів', '79000'], ['Одеса', '65000']], streets: ['вул. Садова', 'вул. Зелена'],
   given: ['Олена', 'Андрій', 'Їжакевич-Юлія', 'Тарас'], family: ['Шевченко', 'Коваль', 'Бондаренко', 'Ґудзь']},
  {country: 'BG', hours: 2, cities: [['София', '1000'], ['Пловдив', '4000']], streets: ['ул. Роза', 'бул. Витоша'],
   given: ['Йорданка', 'Стоян', 'Милена'], family: ['Иванова', 'Щърбанов', 'Ковачева']},
  {country: 'IL', hours: 2, cities: [['תל אביב', '6100000'], ['חיפה', '3100000']], streets: ['רחוב הרצל', 'שדרות הגן'],
   given: ['נועה', 'יוסף', 'תמר'], family: ['כהן', 'לוי', 'מזרחי']},
  {country: 'EG', hours: 2, cities: [['القاهرة', '11511'], ['الإسكندرية', '21500']], streets: ['شارع النيل', 'شارع الورد'],
   given: ['فاطمة', 'أحمد', 'ليلى'], family: ['حسن', 'عبد الله', 'منصور']},
  {country: 'IN', hours: 5.5, cities: [['मुंबई', '400001'], ['दिल्ली', '110001'], ['சென்னை', '600001']], streets: ['गांधी मार्ग', 'फूल गली'],
   given: ['आशा', 'रवि', 'प्रिया'], family: ['शर्मा', 'पटेल', 'कुमार']},
  {country: 'TH', hours: 7, cities: [['กรุงเทพฯ', '10200'], ['เชียงใหม่', '50000']], streets: ['ถนนสุขุมวิท', 'ซอยดอกไม้'],
   given: ['สมชาย', 'มาลี', 'นิดา'], family: ['ใจดี', 'ศรีสุข', 'ทองคำ']},
  {country: 'CN', hours: 8, cities: [['上海', '200000'], ['北京', '100000'], ['成都', '610000']], streets: ['长江路', '人民路', '花园街'],
   given: ['小明', '丽华', '伟'], family: ['王', '李', '欧阳']},
  {country: 'JP', hours: 9, cities: [['東京', '100-0001'], ['京都', '600-8001'], ['札幌', '060-0001']], streets: ['桜通り', '中央一丁目'],
   given: ['花子', '健太', 'さくら', '𠮷郎'], family: ['佐藤', '渡邉', '髙橋', '山田']},
  {country: 'KR', hours: 9, cities: [['서울', '03000'], ['부산', '48000']], streets: ['한강로', '벚꽃길'],
   given: ['민준', '서연', '지우'], family: ['김', '박', '최']},
  {country: 'US', hours: -5, cities: [['Springfield', '62701'], ['Portland', '97201'], ['Boston', '02108']], streets: ['Elm Street', 'Harbor Road', 'O’Brien Ave'],
   given: ['Emma', 'Liam', 'Mary-Jane', 'Noah', 'Olivia'], family: ['Smith', 'O’Neill', 'Johnson', 'Brown']},
];
const written = {CN: true, JP: true, KR: true, VN: true};   // family name first

function person() {
  const place = pick(places);
  const [city, zip] = pick(place.cities);
  const given = pick(place.given), family = pick(place.family);
  return {
    place, given, family, full: written[place.country] ? family + ' ' + given : given + ' ' + family,
    address: {street: pick(place.streets) + ' ' + whole(1, 180), city, zip, country: place.country},
  };
}

// ---- what the shop sells ---------------------------------------------------------------------------------------------

const categories = {
  kitchen: ['🍳', [['kettle', 'Wasserkocher', 'やかん', 'чайник'], ['mug', 'Becher', 'マグカップ', 'кухоль'], ['bread knife', 'Brotmesser', 'パン切り包丁', 'ніж для хліба'], ['pan', 'Pfanne', 'フライパン', 'сковорода'], ['teapot', 'Teekanne', '急須', 'заварник']]],
  garden: ['🌻', [['watering can', 'Gießkanne', 'じょうろ', 'лійка'], ['rake', 'Rechen', '熊手', 'граблі'], ['bird house', 'Vogelhäuschen', '巣箱', 'шпаківня'], ['hammock', 'Hängematte', 'ハンモック', 'гамак']]],
  paper: ['✏️', [['notebook', 'Notizbuch', 'ノート', 'зошит'], ['fountain pen', 'Füller', '万年筆', 'перо'], ['calendar', 'Kalender', 'カレンダー', 'календар'], ['envelope set', 'Briefumschläge', '封筒セット', 'конверти']]],
  outdoor: ['⛺', [['tent', 'Zelt', 'テント', 'намет'], ['lantern', 'Laterne', 'ランタン', 'ліхтар'], ['rucksack', 'Rucksack', 'リュック', 'рюкзак'], ['compass', 'Kompass', '方位磁石', 'компас']]],
  toys: ['🧸', [['kite', 'Drachen', '凧', 'повітряний змій'], ['puzzle', 'Puzzle', 'パズル', 'пазл'], ['wooden train', 'Holzeisenbahn', '木の汽車', 'потяг'], ['yo-yo', 'Jo-Jo', 'ヨーヨー', 'йо-йо']]],
  music: ['🎵', [['ukulele', 'Ukulele', 'ウクレレ', 'укулеле'], ['tambourine', 'Tamburin', 'タンバリン', 'бубон'], ['harmonica', 'Mundharmonika', 'ハーモニカ', 'губна гармоніка']]],
};
const looks = ['small', 'large', 'red', 'blue', 'striped', 'folding', 'classic', 'handmade', 'recycled', 'midnight', 'crème', 'jalapeño-green'];
const tags = ['new', 'sale', 'eco', 'gift 🎁', 'handmade', 'bestseller', 'última unidad', 'летняя', '限定', 'fragile'];

// ---- the documents ---------------------------------------------------------------------------------------------------

const documents = {supplier: [], product: [], customer: [], employee: [], order: [], shipment: [], review: []};
const add = (type, number, width, fields) => {
  const doc = {_id: type + ':' + pad(number, width), type, ...fields};
  documents[type].push(doc);
  return doc;
};

for (let n = 1; n <= 40; n++) {
  const who = person();
  const supplier = add('supplier', n, 3, {
    name: who.family + ' ' + pick(['& Co', 'GmbH', 'Trading', '株式会社', 'ТОВ', 'Söhne']),
    contact: {name: who.full, email: 'supplier' + n + '@example.org', phone: '+' + whole(1, 99) + ' 555 ' + pad(whole(0, 9999), 4)},
    address: who.address,
    opens: pad(whole(6, 10), 2) + ':' + pick(['00', '15', '30']) + ':00',
    closes: pad(whole(16, 21), 2) + ':' + pick(['00', '30', '45']) + ':00',
    lead_days: whole(1, 30),
    preferred: chance(0.3),
  });
  if (chance(0.15)) supplier.contact = null;
  if (chance(0.1)) supplier.address = Object.values(who.address).join(', ');   // one line of text where others have an object
  if (chance(0.2)) delete supplier.lead_days;
}

let sku = 1000;
for (let n = 1; n <= 260; n++) {
  const category = pick(Object.keys(categories));
  const [emoji, nouns] = categories[category];
  const [noun, german, japanese, ukrainian] = pick(nouns);
  const cents = whole(150, 24900);
  const product = add('product', n, 4, {
    sku: category.slice(0, 2).toUpperCase() + '-' + sku++,
    name: pick(looks) + ' ' + noun + (chance(0.25) ? ' ' + emoji : ''),
    names: {de: german, ja: japanese, uk: ukrainian},
    category,
    price: money(cents),
    cost: money(cents * (0.4 + random() * 0.3)),
    stock: whole(0, 400),
    ean: pad(whole(0, 999999), 6) + pad(whole(0, 9999999), 7),   // text: leading zeros count
    weight_g: whole(20, 9000),
    size: {width: whole(20, 900) / 10, height: whole(20, 900) / 10, depth: whole(5, 400) / 10},
    tags: sample(tags, whole(0, 4)),
    supplier_id: 'supplier:' + pad(whole(1, 40), 3),
    listed_on: isoDate(day('2021-01-01', '2025-12-31')),
    discontinued: chance(0.08),
  });
  if (chance(0.08)) product.weight_g = (product.weight_g / 1000).toFixed(1) + ' kg';
  if (chance(0.06)) product.tags = pick(tags);                   // a single value where others have an array
  if (chance(0.1)) product.cost = null;
  if (chance(0.12)) delete product.size;
  if (chance(0.15)) product['legacy.code'] = 'L' + pad(n, 5);    // a field whose name has a dot
  if (chance(0.3)) {                                             // an object used as a map: its keys are data
    product.price_history = {};
    for (let k = whole(1, 5); k > 0; k--) product.price_history[isoDate(day('2022-01-01', '2025-12-31'))] = money(cents * (0.7 + random() * 0.6));
  }
}

for (let n = 1; n <= 420; n++) {
  const who = person();
  const customer = add('customer', n, 4, {
    name: n % 97 === 0 ? who.full.normalize('NFD') : who.full,   // a few decomposed accents
    email: 'customer' + n + '@example.com',
    address: who.address,
    born: isoDate(day('1944-01-01', '2006-12-31')),
    registered_at: isoSeconds(day('2019-03-01', '2025-12-31')),
    newsletter: chance(0.5),
    points: whole(0, 5000),
    phone: '+' + whole(1, 99) + ' 555 ' + pad(whole(0, 999999), 6),
    card_number: 9007199254740993n + BigInt(n) * 7919n,          // past 2^53, where doubles skip every other integer
  });
  if (chance(0.2)) customer.born = null;
  if (chance(0.15)) delete customer.born;
  if (chance(0.1)) customer.phone = Number(customer.phone.replace(/\D/g, ''));
  if (chance(0.08)) customer.newsletter = pick(['yes', 'no', 'sí', 'так']);
  if (chance(0.25)) customer.preferences = {language: pick(['de', 'fr', 'uk', 'ja', 'en']), colours: sample(['red', 'blau', '緑', 'жовтий', 'vert'], whole(1, 3)), quiet: chance(0.5)};
  if (chance(0.1)) customer.note = pick(['VIP ⭐', 'calls before noon ☎️', 'prefers “gift wrap”', 'family 👨‍👩‍👧‍👦', 'line one\nline two', 'flag 🇺🇦', '', 'tab\there']);
}

const roles = ['sales', 'warehouse', 'support', 'buying', 'accounts'];
for (let n = 1; n <= 36; n++) {
  const who = person();
  const employee = add('employee', n, 3, {
    name: who.full,
    role: n === 1 ? 'director' : pick(roles),
    salary: whole(24, 95) * 1000,
    hired_on: isoDate(day('2015-01-01', '2025-06-30')),
    shift: {start: pad(whole(6, 12), 2) + ':00:00', end: pad(whole(14, 22), 2) + ':30:00'},
    active: chance(0.85),
    languages: sample(['de', 'en', 'fr', 'ja', 'uk', 'tr', 'ar'], whole(1, 3)),
  });
  if (n > 1) employee.manager_id = 'employee:' + pad(n <= 6 ? 1 : whole(2, 6), 3);
  if (chance(0.1)) employee.salary = null;
}

const notes = ['please ring twice 🔔', 'cadeau pour Zoé 🎁', 'будь ласка, обережно', '壊れ物注意 ⚠️', 'leave with the neighbour', '생일 축하해요 🎂', 'ส่งก่อนเที่ยง', 'يرجى الاتصال قبل التسليم', 'no “doorbell”; 3rd floor'];
for (let n = 1; n <= 1100; n++) {
  const customer = pick(documents.customer);
  const at = day('2023-01-01', '2025-12-31');
  const items = sample(documents.product, weighted([[1, 5], [2, 4], [3, 2], [5, 1]])).map(product => {
    const item = {product_id: product._id, name: product.name, quantity: weighted([[1, 6], [2, 3], [10, 1]]), price: product.price};
    if (chance(0.1)) item.options = {colour: pick(['red', 'grün', '青', 'синій']), engraving: pick(['♥', 'A & B', 'für Oma', '祝'])};
    return item;
  });
  const total = items.reduce((sum, item) => sum + Math.round(item.price * 100) * item.quantity, 0);
  const order = add('order', n, 5, {
    number: 100000 + n,
    customer_id: customer._id,
    ordered_at: isoSeconds(at),
    status: weighted([['delivered', 12], ['shipped', 3], ['open', 2], ['cancelled', 1], ['returned', 1]]),
    items,
    total: money(total),
    currency: 'EUR',
    paid: chance(0.93),
    shipping: {method: weighted([['parcel', 6], ['express', 2], ['pickup', 1]]), cost: money(pick([0, 390, 490, 1290])), address: customer.address},
    served_by: 'employee:' + pad(whole(2, 36), 3),
  });
  if (chance(0.2)) order.note = chance(0.15) ? null : pick(notes);
  if (chance(0.12)) order.discount = weighted([[5, 5], [10, 4], [12.5, 1], ['10 %', 1], ['VIP', 1], [null, 1]]);
  if (order.shipping.method === 'pickup') delete order.shipping.address;
  if (chance(0.05)) order.shipping.cost = 'free';
  if (order.status === 'open' && chance(0.2)) order.items = [];
}

const carriers = ['Blitz Kurier', 'Sokół', 'はやぶさ便', 'Nova Express'];
let parcel = 340123450000000018n;
for (const order of documents.order) {
  if (!['delivered', 'shipped', 'returned'].includes(order.status) || order.shipping.method === 'pickup') continue;
  const sent = later(new Date(order.ordered_at), whole(3, 70));
  const place = places.find(one => one.country === order.shipping.address.country);
  const shipment = add('shipment', documents.shipment.length + 1, 5, {
    order_id: order._id,
    carrier: pick(carriers),
    sscc: (parcel += BigInt(whole(1, 90))),                       // an 18-digit parcel number
    sent_at: isoMillis(sent),
    parcels: [{weight_kg: whole(2, 300) / 10, fragile: chance(0.2)}],
    cost: money(whole(250, 2900)),
  });
  if (chance(0.15)) shipment.parcels.push({weight_kg: whole(2, 300) / 10, fragile: chance(0.2)});
  if (order.status !== 'shipped') {
    shipment.delivered_at = isoOffset(later(sent, whole(10, 200)), place.hours);   // the local time of where it arrived
    shipment.signed_by = chance(0.2) ? null : order.customer_id;
  }
}

const opinions = {
  5: ['Wunderbar! 😍', 'Exactly what I wanted 👍', 'とても気に入りました', 'Чудово, дякую! 💛', '太好了！', 'ممتاز', 'Parfait ✨'],
  4: ['Very good, small scratch', 'Solide, aber schwer', '좋아요', 'добра річ', 'ดีมาก'],
  3: ['It does what it says', 'Passt schon', 'ça va', 'まあまあ'],
  2: ['Colour differs from the picture 🎨', 'Zu klein', 'не дуже'],
  1: ['Broke on day two 💔', 'Nie wieder', 'がっかり', 'نادم على الشراء'],
};
for (let n = 1; n <= 520; n++) {
  const stars = weighted([[5, 8], [4, 6], [3, 3], [2, 1], [1, 2]]);
  const review = add('review', n, 4, {
    product_id: pick(documents.product)._id,
    customer_id: pick(documents.customer)._id,
    stars,
    text: pick(opinions[stars]),
    posted_on: isoDate(day('2023-01-01', '2025-12-31')),
    verified: chance(0.7),
    votes: {up: whole(0, 60), down: whole(0, 9)},
  });
  if (chance(0.1)) delete review.text;
  if (chance(0.05)) review.text = null;
  if (chance(0.03)) review.stars = pick(['five', '★★★★', '4/5']);
  if (chance(0.15)) review.replies = Array.from({length: whole(1, 2)}, () => ({by: 'employee:' + pad(whole(2, 36), 3), text: pick(['Thank you! 🙏', 'Das tut uns leid.', 'ありがとうございます']), at: isoSeconds(day('2024-01-01', '2025-12-31'))}));
}

// ---- out ---------------------------------------------------------------------------------------------------------------

// JSON.stringify knows no BigInt; JSON has no limit to an integer's digits.
function json(value) {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return '[' + value.map(json).join(',') + ']';
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return '{' + Object.entries(value).map(([key, inner]) => JSON.stringify(key) + ':' + json(inner)).join(',') + '}';
}

const folder = process.argv[2] || path.join(__dirname, 'data');
for (const [type, docs] of Object.entries(documents)) {
  const file = path.join(folder, type + '.jsonl');
  fs.writeFileSync(file, docs.map(json).join('\n') + '\n');
  console.log(pad(docs.length, 5) + '  ' + path.relative(process.cwd(), file));
}
