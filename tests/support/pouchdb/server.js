// PouchDB Server, in memory, on a free loopback port: prints its URL on one line, and ends on SIGTERM, on SIGINT or
// when its standard input closes (so it never outlives the script or test that started it).
//
//   node server.js [--port N] [--user NAME --password WORD]
//
// With a user, that user is the server's administrator and everybody else is refused.
'use strict';

const http = require('http');
const express = require('express');
const expressPouch = require('express-pouchdb');

const PouchDB = require('pouchdb-core')
  .plugin(require('pouchdb-adapter-memory'))
  .plugin(require('pouchdb-adapter-http'))
  .plugin(require('pouchdb-mapreduce'))
  .plugin(require('pouchdb-replication'))
  .plugin(require('pouchdb-find'))
  .defaults({adapter: 'memory'});

function option(name, fallback) {
  const at = process.argv.indexOf('--' + name);
  return at < 0 ? fallback : process.argv[at + 1];
}

// express-pouchdb checks the credentials that it gets, but lets everybody in who brings none. CouchDB does not, since 3.0.
function refuseAnonymous(request, response, next) {
  const cookie = /(^|; *)AuthSession=[^;]/.test(request.headers.cookie || '');
  if (request.headers.authorization || cookie || request.path === '/_session' || request.path === '/') return next();
  response.set('WWW-Authenticate', 'Basic realm="server"');
  response.status(401).json({error: 'unauthorized', reason: 'You are not a server admin.'});
}

const app = express();
app.disable('x-powered-by');
const user = option('user');
if (user) app.use(refuseAnonymous);

const pouch = expressPouch(PouchDB, {mode: 'fullCouchDB', inMemoryConfig: true, logPath: '/dev/null'});
pouch.couchConfig.set('log', 'level', 'none', () => {});
if (user) pouch.couchConfig.set('admins', user, option('password', ''), () => {});
app.use(pouch);

const server = http.createServer(app);
server.keepAliveTimeout = 60000;   // as long as CouchDB keeps idle connections
server.listen(Number(option('port', 0)), '127.0.0.1', () => {
  process.stdout.write('http://127.0.0.1:' + server.address().port + '\n');
});

const stop = () => process.exit(0);
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
process.stdin.on('end', stop).on('close', stop).on('error', stop).resume();
