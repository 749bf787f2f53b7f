/** helloworld.Greeter, as gRPC's own examples have it: each message is one string, the field with number 1. */
const fieldOne = 0x0a;

function encode(text) {
  const bytes = Buffer.from(text);
  if (bytes.length > 127) throw new RangeError('a name of 127 bytes at most');
  return Buffer.concat([Buffer.from([fieldOne, bytes.length]), bytes]);
}

function decode(message) {
  return message.subarray(2).toString();
}

export const greeterService = {
  sayHello: {
    path: '/helloworld.Greeter/SayHello',
    requestStream: false,
    responseStream: false,
    requestSerialize: encode,
    requestDeserialize: decode,
    responseSerialize: encode,
    responseDeserialize: decode,
  },
};
