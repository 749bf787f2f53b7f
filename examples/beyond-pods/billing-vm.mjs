/** What runs on the virtual machine that was there before the cluster. */
import { createServer } from 'node:http';
import process from 'node:process';

createServer((request, response) => {
  request.resume();
  response.end('Billed by a virtual machine\n');
}).listen(8090, process.argv[2]);
