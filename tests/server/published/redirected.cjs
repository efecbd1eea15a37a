// Sends what is meant for the hosted service to the server that GRAPHMEM_URL names: the suite has no setting for its address.
const hosted = "https://api.mem0.ai";
const real = globalThis.fetch;
globalThis.fetch = (where, options) => {
  const address = String(where instanceof Request ? where.url : where);
  if (!address.startsWith(hosted)) throw new Error(`nothing but the server may be asked, not ${address}`);
  return real(process.env.GRAPHMEM_URL + address.slice(hosted.length), options);
};
