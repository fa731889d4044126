#!/usr/bin/env python3
"""Answers canned for nginx: what a program asks of CouchDB, recorded.

    record.py SERVER FOLDER PORT COMMAND...

Runs COMMAND, in which the word RECORDER stands for the address of a proxy of SERVER
(http://user:password@host:port), and writes what was answered to FOLDER, with an nginx.conf that gives the
same answers at 127.0.0.1:PORT (to a POST: by its URL alone). What was not recorded is 404 there.
"""

import base64
import http.client
import http.server
import pathlib
import subprocess
import sys
import threading
import urllib.parse

server, folder, port, *command = sys.argv[1:]
target = urllib.parse.urlsplit(server)
folder = pathlib.Path(folder)
(folder / "answers").mkdir(parents=True, exist_ok=True)
credentials = base64.b64encode(
    f"{target.username or ''}:{target.password or ''}".encode()
).decode()
answers = {}
lock = threading.Lock()


class Recorder(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else None
        upstream = http.client.HTTPConnection(target.hostname, target.port or 80)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if target.username:
            headers["Authorization"] = "Basic " + credentials
        upstream.request(self.command, self.path, body, headers)
        response = upstream.getresponse()
        text = response.read()
        if response.status == 200:
            with lock:
                name = answers.setdefault(
                    (self.command, self.path), f"/answers/{len(answers)}.json"
                )
            (folder / name[1:]).write_bytes(text)
        self.send_response(response.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PUT = do_HEAD = answer

    def log_message(self, *_):
        pass


proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
threading.Thread(target=proxy.serve_forever, daemon=True).start()
address = f"127.0.0.1:{proxy.server_port}"
subprocess.run([word.replace("RECORDER", address) for word in command], check=True)


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$") + '"'


lines = "\n".join(
    f"    {quoted(method + ' ' + path)} {name};" for (method, path), name in answers.items()
)
(folder / "nginx.conf").write_text(f"""daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ }}
http {{
  access_log off;
  default_type application/json;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  map_hash_bucket_size 4096;
  map_hash_max_size 65536;
  map "$request_method $request_uri" $canned {{
    default "";
{lines}
  }}
  server {{
    listen 127.0.0.1:{port};
    root {folder};
    location / {{
      if ($canned = "") {{ return 404 '{{"error":"not_found","reason":"not recorded"}}'; }}
      rewrite ^ $canned last;
    }}
    location /answers/ {{
      internal;
      error_page 405 =200 $uri;
    }}
  }}
}}
""")
